import type { Simulator, SimulatorOptions } from '../../src/simulator/index.js'
import { launch } from '../../src/simulator/simulator.js'
import { createClock, type HeldClock } from '../support/clock.js'

/** A simulator whose time passes only when the spec says so. */
export async function launchHeld(options: SimulatorOptions = {}): Promise<{ sim: Simulator; clock: HeldClock }> {
  const clock = createClock()
  return { sim: await launch(options, { clock }), clock }
}
