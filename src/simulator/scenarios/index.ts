import { InvalidOptionsError } from '../../client/errors.js'
import { JOURNEYS } from './call-scenarios.js'
import { CREATED } from './created.js'
import { MEMBERS } from './members.js'
import type { Scene } from './scene.js'
import { ORDEALS, type Ordeal } from './session-scenarios.js'

/**
 * What has been seen and told of the live service, each by its name: recordings, and ordeals of a session. `Simulator.playScenario` plays them; the
 * recordings are also there as data.
 */
export const scenarios = { ...JOURNEYS, ...CREATED, ...MEMBERS, ...ORDEALS }

export type ScenarioName = keyof typeof scenarios

/** Finds a scenario. Throws `InvalidOptionsError` for a name that there is not. */
export function scenarioOf(name: ScenarioName): Scene | Ordeal {
  if (!Object.hasOwn(scenarios, name))
    throw new InvalidOptionsError(
      `There is no scenario '${String(name)}'; they are ${Object.keys(scenarios).join(', ')}.`,
    )
  return scenarios[name]
}
