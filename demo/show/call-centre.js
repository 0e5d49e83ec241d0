// @ts-check
// A simulated call centre, with a telephone for the viewer.
import { callCentre, startSimulator } from 'viptel-pbx/simulator'

/** The viewer's own telephone, which rings for a while and is then answered by itself. */
export const YOU = '40'
/** An outside number that always answers. */
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
  // the viewer is a member of the first queue, so that the telephone rings now and then
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
