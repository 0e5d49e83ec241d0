import type { Observable } from 'rxjs'
import type { PbxEventOf } from '../../protocol/events.js'
import type { ActionOptions } from '../options.js'
import type { Ask } from './pending-action.js'
import { type CallTarget, checkTarget } from './target.js'

/** The `call.end` that a hangup brought about. */
export type CallEnd = PbxEventOf<'call.end'>

/** See `PbxClient.hangup`. */
export const hangup =
  (ask: Ask) =>
  (target: CallTarget, options?: ActionOptions): Observable<CallEnd> =>
    ask<CallEnd>(options, () => ({
      action: 'call.hangup',
      target: checkTarget(target),
      hear: event => event.event === 'call.end' && [event, true],
    }))
