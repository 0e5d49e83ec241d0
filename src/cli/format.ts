import type { Anomaly, Call, CallChange, ConnectionStatus, Gap, PbxEvent, UnknownEvent } from '../index.js'

// What happens, in words for a person at a terminal. They are cleaned where they are printed.

/** The time of day on this machine. */
export function clock(at: number): string {
  return new Date(at).toTimeString().slice(0, 8)
}

export function party(number: string, name: string): string {
  return name === '' || name === number ? number || 'unknown number' : `${name} (${number})`
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

export function eventWords(event: PbxEvent): string {
  switch (event.event) {
    case 'call.begin': {
      const verb = event.from_queue_unique_id === undefined ? 'calls' : 'is offered to'
      return `${party(event.caller, event.caller_name)} ${verb} ${party(event.callee, event.callee_name)}`
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

export function eventLine(event: PbxEvent): string {
  return line(event, eventWords(event))
}

export function unknownLine({ event, meta, ...fields }: UnknownEvent): string {
  return line({ ...fields, event, meta }, JSON.stringify(fields))
}

function line(
  event: { readonly event: string; readonly meta: { readonly receivedAt: number }; readonly unique_id?: unknown },
  words: string,
): string {
  return `${clock(event.meta.receivedAt)}  ${event.event.padEnd(20)} ${String(event.unique_id ?? '').padEnd(17)} ${words}`
}

/** One line for a change of a call. */
export function changeLine({ kind, call, into, leg, event }: CallChange, at: number): string {
  const id = call?.id ?? (event !== undefined && 'unique_id' in event ? event.unique_id : '')
  const words =
    call === undefined
      ? 'something has ended that began before we listened'
      : callWords(call, kind, leg?.callee ?? '', into)
  return `${clock(event?.meta.receivedAt ?? at)}  ${kind.padEnd(20)} ${id.padEnd(17)} ${words}`
}

function callWords(call: Call, kind: CallChange['kind'], callee: string, into: Call | undefined): string {
  const who = party(call.caller, call.callerName)
  switch (kind) {
    case 'begin':
      return `${who} calls ${party(call.calledNumber || call.callee, call.calleeName)} (${call.direction})`
    case 'offer':
      return `${who} is offered to ${callee}`
    case 'redirect':
      return `${who} is redirected to ${callee}`
    case 'answer':
      return `${call.answeredBy ?? 'somebody'} talks to ${who}`
    case 'queue':
      return call.queue === undefined
        ? `${who} left a queue`
        : `${who} waits in queue ${call.queue.queue}, position ${call.queue.position}`
    case 'merge':
      return `is part of ${into?.id ?? 'another'}`
    case 'end':
      return endWords(call, who)
    default:
      return `${who} is ${call.phase}`
  }
}

function endWords(call: Call, who: string): string {
  if (call.phase === 'lost') return `${who}: not heard of any more, so nobody knows how it ended`
  const talked =
    call.answeredAt !== undefined && call.endedAt !== undefined
      ? `, ${seconds(call.endedAt - call.answeredAt)} after it was answered`
      : ''
  return `${who}: ended${call.status === undefined ? '' : ` as ${call.status}`}${call.missed ? ', missed' : ''}${talked}`
}

export function statusLine(status: ConnectionStatus, now: number): string {
  return `${clock(now)}  ${statusWords(status, now)}`
}

function statusWords(status: ConnectionStatus, now: number): string {
  switch (status.state) {
    case 'connecting':
      return `connecting (try ${status.attempt})`
    case 'authenticating':
      return 'connected, logging in'
    case 'online':
      return `online, login ${status.session}; the PBX behind it: ${status.pbx}`
    case 'waiting':
      return `lost: ${status.reason.message}. Next try in ${seconds(status.retryAt - now)}`
    case 'failed':
      return `given up: ${status.error.message}`
    case 'idle':
      return 'not connected'
    case 'closed':
      return 'logging out'
  }
}

export function gapLine({ from, to, reason }: Gap, now: number): string {
  return `${clock(now)}  events from ${clock(from)} to ${clock(to)} may be lost (${reason.kind})`
}

/** As much of a frame as helps to recognise it. */
const EXCERPT = 200

export function anomalyLine({ kind, detail, raw, meta }: Anomaly): string {
  const excerpt = raw.length > EXCERPT ? `${raw.slice(0, EXCERPT)} …` : raw
  return `${clock(meta.receivedAt)}  ${kind}: ${detail}${excerpt === '' ? '' : `: ${excerpt}`}`
}
