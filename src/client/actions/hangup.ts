import type { Observable } from 'rxjs'
import type { PbxEventOf } from '../../protocol/events.js'
import type { ActionOptions } from '../options.js'
import type { Ask } from './pending-action.js'
import { type CallTarget, checkTarget } from './target.js'

/** The `call.end` that a hangup brought about. */
export type CallEnd = PbxEventOf<'call.end'>

/** See `PbxClient.hangup`. */
export function hangup(ask: Ask): (target: CallTarget, options?: ActionOptions) => Observable<CallEnd> {
  return (target, options) =>
    ask<CallEnd>(options, () => ({
      action: 'call.hangup',
      callRandomId: undefined,
      target: checkTarget(target),
      fields: undefined,
      afterWrite: () => undefined,
      afterEvent: event => (event.event === 'call.end' ? { value: event, isLast: true } : undefined),
      afterLoss: () => undefined,
    }))
}
