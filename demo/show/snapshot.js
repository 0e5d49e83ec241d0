// @ts-check
// The opening state, which the API does not send: here from the exchange itself, with a live PBX from its REST API.

/** @param {string[] | readonly string[]} ids */
const newest = ids => ids.at(-1) ?? ''

/**
 * The seeds of `trackCalls` and `trackQueues`, with the times of the wall clock.
 *
 * @param {import('viptel-pbx/simulator').ExchangeCommands} exchange
 * @param {number} speed how many times faster than the clock the exchange's time passes
 */
export function snapshotOf(exchange, speed) {
  const [now, then] = [Date.now(), exchange.now]
  const real = (/** @type {number} */ at) => now - (then - at) / speed
  /** @type {import('viptel-pbx').CallSeed[]} */
  const calls = []
  // a call is in the map under each of its ids
  for (const call of new Set(exchange.calls.values())) {
    const own = call.legs.find(({ kind }) => kind === 'own')
    const isTaken = call.legs.some(({ state }) => state === 'talking')
    const phase = isTaken ? 'answered' : call.queue === undefined ? 'ringing' : 'queued'
    const { caller, called: calledNumber, beganAt } = call
    calls.push({
      uniqueId: newest(call.ids),
      caller: caller.number,
      callerName: caller.name,
      ...(own !== undefined && { callee: own.party.number, calleeName: own.party.name }),
      calledNumber,
      phase,
      startedAt: real(beganAt),
    })
    for (const { id, kind, party, state, beganAt: offeredAt } of call.legs) {
      if (kind !== 'agent') continue
      const agent = {
        uniqueId: id,
        fromQueueUniqueId: newest(call.ids),
        callee: party.number,
        calleeName: party.name,
        startedAt: real(offeredAt),
      }
      calls.push({ ...agent, phase: state === 'talking' ? 'answered' : 'ringing' })
    }
  }
  /** @type {import('viptel-pbx').QueueSeed[]} */
  const queues = [...exchange.queues].map(([queue, { members, waiting }]) => ({
    queue,
    members: members.map(({ party, paused }) => ({ member: party.number, name: party.name, paused })),
    waiting: waiting.map(({ ids, caller, queue: place, beganAt }) => ({
      uniqueId: newest(ids),
      caller: caller.number,
      callerName: caller.name,
      waitingSince: real(place?.since ?? beganAt),
    })),
  }))
  return { calls, queues }
}
