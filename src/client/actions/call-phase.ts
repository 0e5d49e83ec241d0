import type { PbxEvent, PbxEventOf } from '../../protocol/events.js'

/** The events that say something about a call. */
export type CallEvent = PbxEventOf<'call.begin' | 'call.pickup' | 'call.end' | 'call.create_response'>

/** The phases of an API-created call, in their order; `lost` is as final as `ended`. */
export type CallPhase = 'sent' | 'created' | 'ringing' | 'answered' | 'ended' | 'lost'

/** The phases that an event can prove. */
export type EventPhase = Exclude<CallPhase, 'sent' | 'lost'>

/** Whether an event says something about a call, so that actions have to look at it. */
export function isCallEvent(event: PbxEvent): event is CallEvent {
  switch (event.event) {
    case 'call.create_response':
    case 'call.begin':
    case 'call.pickup':
    case 'call.end':
      return true
    default:
      return false
  }
}

/** The phase of an API-created call, or of the target of an action, that an event proves. */
export function phaseAfter(event: CallEvent): EventPhase {
  switch (event.event) {
    case 'call.create_response':
      return 'created'
    case 'call.begin':
      return 'ringing'
    case 'call.pickup':
      return 'answered'
    case 'call.end':
      return 'ended'
  }
}

/** The place of a phase in the order of phases, from 0. */
export function rankOf(phase: CallPhase): number {
  switch (phase) {
    case 'sent':
      return 0
    case 'created':
      return 1
    case 'ringing':
      return 2
    case 'answered':
      return 3
    case 'ended':
    case 'lost':
      return 4
  }
}
