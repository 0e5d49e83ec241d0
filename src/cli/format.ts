import type { Anomaly, Call, CallChange, ConnectionStatus, Gap, PbxEvent, UnknownEvent } from '../index.js'

// Lines for a person at a terminal. The terminal removes what could steer it.

/** The time of day on this machine. */
export function formatTime(at: number): string {
  return new Date(at).toTimeString().slice(0, 8)
}

export function formatParty(number: string, name: string): string {
  return name === '' || name === number ? number || 'unknown number' : `${name} (${number})`
}

export function formatSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

export function formatEvent(event: PbxEvent): string {
  const id = 'unique_id' in event ? event.unique_id : ''
  return formatLine(event.meta.receivedAt, event.event, id, describeEvent(event))
}

function describeEvent(event: PbxEvent): string {
  switch (event.event) {
    case 'call.begin': {
      const verb = event.from_queue_unique_id === undefined ? 'calls' : 'is offered to'
      return `${formatParty(event.caller, event.caller_name)} ${verb} ${formatParty(event.callee, event.callee_name)}`
    }
    case 'call.pickup':
      return 'answered'
    case 'call.end':
      return `ended: ${event.status}`
    case 'call.create_response':
      return `is the id of the API's call ${event.call_random_id}`
    case 'queue.add':
      return `${formatParty(event.member, event.member_name)} now serves queue ${event.queue}`
    case 'queue.remove':
      return `${formatParty(event.member, event.member_name)} no longer serves queue ${event.queue}`
    case 'queue.pause':
      return `${event.member} takes a pause from queue ${event.queue}`
    case 'queue.unpause':
      return `${event.member} is back in queue ${event.queue}`
    case 'queue.join': {
      const position = Number.isNaN(event.position) ? '' : `, position ${event.position}`
      return `${formatParty(event.caller, event.caller_name)} waits in queue ${event.queue}${position}`
    }
    case 'queue.left': {
      const holdTime = Number.isNaN(event.holdtime) ? '' : ` after ${event.holdtime} s`
      return `left queue ${event.queue}${holdTime}, not taken by an agent`
    }
  }
}

/**
 * The fields of an unknown event are shown as JSON. Its `unique_id` may be a value of any kind, and is no id unless it
 * is text or a number.
 */
export function formatUnknownEvent({ event, meta, ...fields }: UnknownEvent): string {
  const { unique_id: id } = fields
  const shownId = typeof id === 'string' || typeof id === 'number' ? String(id) : ''
  return formatLine(meta.receivedAt, event, shownId, JSON.stringify(fields))
}

/** One line for a change of a call. */
export function formatChange({ kind, call, into, leg, event }: CallChange, now: number): string {
  const id = call?.id ?? (event !== undefined && 'unique_id' in event ? event.unique_id : '')
  const words =
    call === undefined
      ? 'something has ended that began before we listened'
      : describeChange(call, kind, leg?.callee ?? '', into)
  return formatLine(event?.meta.receivedAt ?? now, kind, id, words)
}

function formatLine(at: number, name: string, id: string, words: string): string {
  return `${formatTime(at)}  ${name.padEnd(20)} ${id.padEnd(17)} ${words}`
}

function describeChange(call: Call, kind: CallChange['kind'], callee: string, into: Call | undefined): string {
  const caller = formatParty(call.caller, call.callerName)
  switch (kind) {
    case 'begin':
      return `${caller} calls ${formatParty(call.calledNumber || call.callee, call.calleeName)} (${call.direction})`
    case 'offer':
      return `${caller} is offered to ${callee}`
    case 'redirect':
      return `${caller} is redirected to ${callee}`
    case 'answer':
      return `${call.answeredBy ?? 'somebody'} talks to ${caller}`
    case 'queue':
      return call.queue === undefined
        ? `${caller} left a queue`
        : `${caller} waits in queue ${call.queue.queue}, position ${call.queue.position}`
    case 'merge':
      return `is part of ${into?.id ?? 'another'}`
    case 'end':
      return describeEnd(call, caller)
    default:
      return `${caller} is ${call.phase}`
  }
}

function describeEnd(call: Call, caller: string): string {
  if (call.phase === 'lost') return `${caller}: no event came any more, so how the call ended is unknown`
  const status = call.status === undefined ? '' : ` as ${call.status}`
  const talked =
    call.answeredAt !== undefined && call.endedAt !== undefined
      ? `, ${formatSeconds(call.endedAt - call.answeredAt)} after it was answered`
      : ''
  return `${caller}: ended${status}${call.missed ? ', missed' : ''}${talked}`
}

export function formatStatus(status: ConnectionStatus, now: number): string {
  return `${formatTime(now)}  ${describeStatus(status, now)}`
}

function describeStatus(status: ConnectionStatus, now: number): string {
  switch (status.state) {
    case 'connecting':
      return `connecting (try ${status.attempt})`
    case 'authenticating':
      return 'connected, logging in'
    case 'online':
      return `online, login ${status.session}; the PBX behind it: ${status.pbx}`
    case 'waiting':
      return `lost: ${status.reason.message}. Next try in ${formatSeconds(status.retryAt - now)}`
    case 'failed':
      return `given up: ${status.error.message}`
    case 'idle':
      return 'not connected'
    case 'closed':
      return 'logging out'
  }
}

export function formatGap({ from, to, reason }: Gap, now: number): string {
  return `${formatTime(now)}  events from ${formatTime(from)} to ${formatTime(to)} may be lost (${reason.kind})`
}

/** Characters of a frame that are shown, enough to recognise it. */
const EXCERPT = 200

export function formatAnomaly({ kind, detail, raw, meta }: Anomaly): string {
  const excerpt = raw.length > EXCERPT ? `${raw.slice(0, EXCERPT)} …` : raw
  return `${formatTime(meta.receivedAt)}  ${kind}: ${detail}${excerpt === '' ? '' : `: ${excerpt}`}`
}
