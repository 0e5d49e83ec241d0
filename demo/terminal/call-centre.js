// @ts-check
// A small simulated call centre.
import { callCentre, startSimulator } from 'viptel-pbx/simulator'

/** How many times faster than the clock the call centre's time passes, so that much happens in half a minute. */
export const SPEED = 12

/** Numbers of the demo's own calls; the simulated people do not use them. */
export const OUR_PHONE = '40'
export const COLLEAGUE = '41'
export const CUSTOMER = '0911222333'

/** Starts the simulated PBX. With this seed callers overflow from one queue to the other before the restart. */
export async function openCallCentre() {
  const user = { username: 'viptel', password: 'secret' }
  const { plan, ...traffic } = callCentre({ agents: 5, queues: 2, callsPerHour: 500, seed: 'f6' })
  const answer = /** @type {const} */ ({ kind: 'answer', after: 3_000 })
  const extensions = [
    ...(plan.extensions ?? []),
    { number: OUR_PHONE, name: 'You', behaviour: answer },
    { number: COLLEAGUE, name: 'Colleague', behaviour: answer },
  ]
  const outside = [...(plan.outside ?? []), { number: CUSTOMER, behaviour: answer }]
  const simulator = await startSimulator({
    users: [user],
    traffic: { ...traffic, plan: { ...plan, extensions, outside } },
    speed: SPEED,
  })
  return { simulator, user }
}
