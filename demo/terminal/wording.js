// @ts-check
// Events and statuses, in words for a person at a terminal.

/**
 * Removes the characters that steer a terminal or turn its text around: a caller's name is chosen by the caller.
 *
 * @param {unknown} text
 */
export const clean = text => String(text).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')

/** @param {number} at ms since the epoch */
const clock = at => new Date(at).toTimeString().slice(0, 8)

/** @param {string} number @param {string} name */
const party = (number, name) => (name === '' || name === number ? number || 'unknown number' : `${name} (${number})`)

/** @param {import('viptel-pbx').PbxEvent} event */
function words(event) {
  switch (event.event) {
    case 'call.begin': {
      const { caller, caller_name, callee, callee_name, from_queue_unique_id } = event
      const calls = from_queue_unique_id === undefined ? 'calls' : 'is offered to'
      return `${party(caller, caller_name)} ${calls} ${party(callee, callee_name)}`
    }
    case 'call.pickup':
      return 'answered'
    case 'call.end':
      return `ended: ${event.status}`
    case 'call.create_response':
      return `is the id of the API's call ${event.call_random_id}`
    case 'queue.add':
      return `${party(event.member, event.member_name)} now serves queue ${event.queue}`
    case 'queue.remove':
      return `${party(event.member, event.member_name)} no longer serves queue ${event.queue}`
    case 'queue.pause':
      return `${event.member} takes a pause from queue ${event.queue}`
    case 'queue.unpause':
      return `${event.member} is back in queue ${event.queue}`
    case 'queue.join':
      return `${party(event.caller, event.caller_name)} waits in queue ${event.queue}${Number.isNaN(event.position) ? '' : `, position ${event.position}`}`
    case 'queue.left':
      return `left queue ${event.queue}${Number.isNaN(event.holdtime) ? '' : ` after ${event.holdtime} s`}, not taken by an agent`
  }
}

/** @param {import('viptel-pbx').PbxEvent} event */
export function eventLine(event) {
  const id = 'unique_id' in event ? event.unique_id : ''
  return clean(`${clock(event.meta.receivedAt)}  ${event.event.padEnd(20)} ${id.padEnd(17)} ${words(event)}`)
}

/** @param {import('viptel-pbx').ConnectionStatus} status */
export function statusLine(status) {
  const now = Date.now()
  const line = (/** @type {string} */ text) => clean(`${clock(now)}  -- ${text}`)
  switch (status.state) {
    case 'connecting':
      return line(`connecting (try ${status.attempt})`)
    case 'authenticating':
      return line('connected, logging in')
    case 'online':
      return line(`online, login ${status.session}; the PBX behind it: ${status.pbx}`)
    case 'waiting':
      return line(`lost: ${status.reason.message}. Next try in ${((status.retryAt - now) / 1_000).toFixed(1)} s`)
    case 'failed':
      return line(`given up: ${status.error.message}`)
    case 'idle':
      return line('not connected')
    case 'closed':
      return line('logging out')
  }
}

/** @param {import('viptel-pbx').Gap} gap */
export function gapLine({ from, to, reason }) {
  return clean(`${clock(Date.now())}  -- events from ${clock(from)} to ${clock(to)} may be lost (${reason.kind})`)
}
