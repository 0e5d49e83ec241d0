/** Live calls as integrators keep them: a switch and a Map. Validates nothing, knows one order of events. */
export function createCallsByHand() {
  const calls = new Map()
  const legs = new Map()
  return {
    calls,
    receive(text) {
      const event = JSON.parse(text)
      const id = event.unique_id
      switch (event.event) {
        case 'call.begin':
          if (event.from_queue_unique_id) return legs.set(id, event.from_queue_unique_id)
          return calls.set(id, { ...event, state: 'ringing', startedAt: Date.now() })
        case 'queue.join':
          return Object.assign(calls.get(id), { state: 'queued', queue: event.queue, position: event.position })
        case 'call.pickup':
          return Object.assign(calls.get(legs.get(id) ?? id), { state: 'answered', answeredAt: Date.now() })
        case 'call.end':
          return legs.delete(id) || calls.delete(id)
      }
    },
  }
}
