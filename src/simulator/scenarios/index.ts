import { InvalidOptionsError } from '../../shared/invalid-options-error.js'
import { CALL_SCENARIOS } from './call-scenarios.js'
import { CREATED_CALL_SCENARIOS } from './created-call-scenarios.js'
import { MEMBER_SCENARIOS } from './member-scenarios.js'
import type { Scene } from './scene.js'
import { type Ordeal, SESSION_SCENARIOS } from './session-scenarios.js'

/**
 * Everything that was seen or reported of the live service, by name: recordings, and incidents of sessions.
 * `Simulator.playScenario` plays them; the recordings are also there as data.
 */
export const scenarios = {
  ...CALL_SCENARIOS,
  ...CREATED_CALL_SCENARIOS,
  ...MEMBER_SCENARIOS,
  ...SESSION_SCENARIOS,
}

export type ScenarioName = keyof typeof scenarios

/** The scenario of a name. Throws `InvalidOptionsError` for an unknown one. */
export function scenarioOf(name: ScenarioName): Scene | Ordeal {
  if (!Object.hasOwn(scenarios, name))
    throw new InvalidOptionsError(
      `There is no scenario '${String(name)}'; they are ${Object.keys(scenarios).join(', ')}.`,
    )
  return scenarios[name]
}
