import type { Observable } from 'rxjs'
import { checkNumber } from '../../protocol/actions.js'
import type { CallEndStatus, PbxEvent, PbxEventOf } from '../../protocol/events.js'
import { sameNumber } from '../../protocol/phone-number.js'
import type { ActionOptions } from '../options.js'
import { ANSWERED, OVER, PHASES, RINGING } from './call-phase.js'
import type { CallEnd } from './hangup.js'
import type { Ask } from './pending-action.js'
import { type CallTarget, checkTarget } from './target.js'

/** A redirect as it stands: an immutable snapshot, emitted at every step. */
export interface Redirection {
  /**
   * - `sent`: written, nothing heard yet
   * - `ringing`: the destination was dialled on the target's own id
   * - `answered`: the destination answered
   * - `ended`: the call is over, with `status`
   */
  phase: 'sent' | 'ringing' | 'answered' | 'ended'
  /** The id that was sent. */
  uniqueId: string
  destination: string
  /** Once ended. */
  status?: CallEndStatus
  /** What brought this step; absent for `sent`. */
  event?: PbxEvent
}

/** See `PbxClient.redirect`. */
export const redirect =
  (ask: Ask) =>
  (target: CallTarget, destination: string, options?: ActionOptions): Observable<Redirection> =>
    ask<Redirection>(options, featureCodes => {
      checkNumber('destination', destination, featureCodes)
      let redirection: Redirection
      return {
        action: 'call.redirect',
        target: checkTarget(target),
        fields: { destination },
        sent: (uniqueId = '') => {
          redirection = { phase: 'sent', uniqueId, destination }
          return redirection
        },
        hear: (event, step) => {
          const isRinging = redirection.phase === 'ringing'
          const isNext =
            step === RINGING
              ? !isRinging && leadsTo(event as PbxEventOf<'call.begin'>, destination)
              : step === ANSWERED
                ? isRinging
                : step === OVER
          if (!isNext) return false
          redirection = {
            ...redirection,
            phase: PHASES[step] as Redirection['phase'],
            event,
            ...(step === OVER && { status: (event as CallEnd).status }),
          }
          return [redirection, step !== RINGING]
        },
      }
    })

/** A redirect begins as a call of the target's own channel towards the destination. Of legs that queues offer to agents no action hears. */
function leadsTo({ callee, called_number }: PbxEventOf<'call.begin'>, destination: string): boolean {
  return sameNumber(callee, destination) || sameNumber(called_number, destination)
}
