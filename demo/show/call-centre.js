// @ts-check
// A call centre that is simulated while you look at it, with a telephone for you.
import { callCentre, startSimulator } from 'viptel-pbx/simulator'

/** The viewer's own telephone; it rings for a while and is answered, by nobody. */
export const YOU = '40'
/** A number of the world that always answers. */
export const CUSTOMER = '0911222333'

/** @param {{ account: import('viptel-pbx/simulator').SimulatedUser, speed: number, port?: number }} options */
export function openCallCentre({ account, speed, port = 0 }) {
  const { plan, ...traffic } = callCentre({ agents: 12, queues: 3, callsPerHour: 320, seed: 'wallboard' })
  const extensions = [
    ...(plan.extensions ?? []),
    { number: YOU, name: 'You', behaviour: /** @type {const} */ ({ kind: 'answer', after: 8_000 }) },
  ]
  const outside = [
    ...(plan.outside ?? []),
    { number: CUSTOMER, behaviour: /** @type {const} */ ({ kind: 'answer', after: 5_000 }) },
  ]
  // you help out in the first queue, so that your telephone rings now and then
  const queues = (plan.queues ?? []).map((queue, index) =>
    index === 0 ? { ...queue, members: [...queue.members, YOU] } : queue,
  )
  return startSimulator({
    port,
    users: [account],
    traffic: { ...traffic, plan: { ...plan, extensions, outside, queues } },
    speed,
  })
}
