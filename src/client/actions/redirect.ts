import type { Observable } from 'rxjs'
import { checkNumber } from '../../protocol/actions.js'
import type { CallEndStatus, PbxEvent, PbxEventOf } from '../../protocol/events.js'
import { sameNumber } from '../../protocol/phone-number.js'
import type { ActionOptions } from '../options.js'
import type { CallEvent, EventPhase } from './call-phase.js'
import type { ActionPlan, Ask, Progress } from './pending-action.js'
import { type CallTarget, checkTarget } from './target.js'

/** A redirect as it stands: an immutable snapshot, emitted at every step. */
export interface Redirection {
  /**
   * - `sent`: written, no event yet
   * - `ringing`: the destination was dialled on the target's own id
   * - `answered`: the destination answered
   * - `ended`: the call is over, with `status`
   */
  phase: 'sent' | 'ringing' | 'answered' | 'ended'
  /** The id that was sent. */
  uniqueId: string
  destination: string
  /** How the call ended; present once it has ended. */
  status?: CallEndStatus
  /** The event that brought this step; absent for `sent`. */
  event?: PbxEvent
}

/**
 * A redirect begins as a call of the target's own channel towards the destination. Legs of queues never come here.
 */
function leadsTo({ callee, called_number }: PbxEventOf<'call.begin'>, destination: string): boolean {
  return sameNumber(callee, destination) || sameNumber(called_number, destination)
}

/**
 * A redirect rings at a begin towards its destination, is answered at the pickup after that, and ends with the
 * target.
 */
function progressAfter(
  redirection: Redirection,
  event: CallEvent,
  phase: EventPhase | undefined,
): Progress<Redirection> | undefined {
  const { phase: current, uniqueId, destination } = redirection
  switch (event.event) {
    case 'call.begin':
      if (current === 'ringing' || !leadsTo(event, destination)) return undefined
      return { value: { phase: 'ringing', uniqueId, destination, event }, isLast: false }
    case 'call.pickup':
      if (current !== 'ringing') return undefined
      return { value: { phase: 'answered', uniqueId, destination, event }, isLast: true }
    case 'call.end':
      if (phase !== 'ended') return undefined
      return { value: { phase: 'ended', uniqueId, destination, event, status: event.status }, isLast: true }
    case 'call.create_response':
      return undefined
  }
}

function planRedirect(target: CallTarget, destination: string): ActionPlan<Redirection> {
  let redirection: Redirection = { phase: 'sent', uniqueId: '', destination }
  return {
    action: 'call.redirect',
    callRandomId: undefined,
    target,
    fields: { destination },
    afterWrite: (uniqueId = '') => {
      redirection = { phase: 'sent', uniqueId, destination }
      return redirection
    },
    afterEvent: (event, phase) => {
      const progress = progressAfter(redirection, event, phase)
      if (progress) redirection = progress.value
      return progress
    },
    afterLoss: () => undefined,
  }
}

/** See `PbxClient.redirect`. */
export function redirect(
  ask: Ask,
): (target: CallTarget, destination: string, options?: ActionOptions) => Observable<Redirection> {
  return (target, destination, options) =>
    ask<Redirection>(options, featureCodes => {
      checkNumber('destination', destination, featureCodes)
      return planRedirect(checkTarget(target), destination)
    })
}
