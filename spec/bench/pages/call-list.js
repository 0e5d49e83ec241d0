// A page that shows live calls as a list of React, a row for each call: by `toStore`, or by hand with a state that is
// set at every event. `window.drawn` counts renderings of the list and of its rows.
import { createElement, memo, useEffect, useState, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { createPbxClient, toStore, trackCalls } from 'viptel-pbx'

const parameters = new URLSearchParams(location.search)
const url = parameters.get('pbx')
window.drawn = { lists: 0, rows: 0, shown: 0 }

const Row = memo(({ call }) => {
  window.drawn.rows += 1
  return createElement(
    'li',
    null,
    ...[call.caller, call.callee, call.phase, call.queue?.queue, call.answeredBy].map((text, column) =>
      createElement('span', { key: column }, text),
    ),
  )
})

function List({ calls }) {
  window.drawn.lists += 1
  window.drawn.shown = calls.length
  return createElement(
    'ul',
    null,
    calls.map(call => createElement(Row, { key: call.id, call })),
  )
}

function useStore() {
  const [store] = useState(() => {
    const client = createPbxClient({ url, credentials: { username: 'viptel', password: 'heslo' } })
    return toStore(trackCalls(client, { keepEnded: 1 }).list$)
  })
  return useSyncExternalStore(store.subscribe, store.getSnapshot)
}

/** The calls after an event; those that the event does not change are the same objects. */
function changeCalls(calls, legs, event) {
  const id = event.unique_id
  const change = (of, part) => calls.set(of, { ...calls.get(of), ...part })
  switch (event.event) {
    case 'call.begin':
      if (event.from_queue_unique_id) return legs.set(id, event.from_queue_unique_id)
      return calls.set(id, { id, caller: event.caller, callee: event.callee, phase: 'ringing' })
    case 'queue.join':
      return change(id, { phase: 'queued', queue: { queue: event.queue } })
    case 'call.pickup':
      return change(legs.get(id) ?? id, { phase: 'answered' })
    case 'call.end':
      return legs.delete(id) || calls.delete(id)
  }
}

function useCallsByHand() {
  const [list, setList] = useState([])
  useEffect(() => {
    const calls = new Map()
    const legs = new Map()
    const socket = new WebSocket(url)
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data)
      if (frame.nonce !== undefined)
        return socket.send(JSON.stringify({ action: 'user.login', username: 'viptel', password: 'x' }))
      changeCalls(calls, legs, frame)
      setList([...calls.values()])
    }
    return () => socket.close()
  }, [])
  return list
}

const useCalls = parameters.get('mode') === 'hand' ? useCallsByHand : useStore
const Calls = () => createElement(List, { calls: useCalls() })
createRoot(document.body).render(createElement(Calls))
