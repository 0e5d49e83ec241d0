import { beginCall, cancelCallTimers, endCall, LOOKUP } from './call-lifecycle.js'
import type { Dialling } from './dialling.js'
import type { Callee, ExchangeContext } from './exchange-context.js'
import type { Call } from './exchange-model.js'

/** The parameters of `call.create`. */
export interface CreateRequest {
  readonly from: string
  readonly to: string
  readonly callRandomId: string
  readonly callerId?: string | undefined
}

/** Calls that the API creates: the extension rings first, and when it answers the destination is dialled. */
export interface Originator {
  /** Makes the call; undefined when the exchange cannot make it. Then no event comes either. */
  create(request: CreateRequest, talk?: number): Call | undefined
  /** Answers the first leg, on which the extension rings. */
  answerFirstLeg(call: Call): void
}

export function createOriginator(context: ExchangeContext, dialling: Pick<Dialling, 'dial'>): Originator {
  const { quirks, createdIds, extensions, callerIds, ringTime } = context.plan
  const own = new Set(extensions.map(({ number }) => number))

  const announceId = (call: Call) => context.emit({ fact: 'created', call })

  /** Number of ids of a call to this destination. One that is not registered gets no channel, and so no further id. */
  const idCount = (to: string) => {
    const callee = context.calleeAt(to)
    return callee?.kind === 'phone' && callee.behaviour.kind === 'unregistered' ? 1 : createdIds
  }

  /** Dials the destination. Each further channel gives the call another id. */
  const dialDestination = (call: Call, to: string) => {
    const ids = idCount(to)
    const isBeginFirst = ids > 1 && context.random.chance(quirks.beginBeforeResponse)
    for (let count = 1; count < ids; count += 1) {
      const id = context.newId()
      call.ids.push(id)
      context.calls.set(id, call)
      if (!isBeginFirst || count < ids - 1) announceId(call)
    }
    const endsWithoutBegin = context.random.chance(quirks.endWithoutBegin)
    if (!endsWithoutBegin) dialling.dial(call, to, call.caller)
    if (isBeginFirst) announceId(call)
    if (endsWithoutBegin) endCall(context, call, 'chanunavail')
  }

  const answerFirstLeg = (call: Call) => {
    cancelCallTimers(call)
    dialDestination(call, call.called)
  }

  const ringFirstLeg = (call: Call, { behaviour }: Callee & { kind: 'phone' }, wasEngaged: boolean) => {
    const isBusy = wasEngaged || behaviour.kind === 'busy'
    context.after(isBusy ? LOOKUP : ringTime, () => endCall(context, call, isBusy ? 'busy' : 'noanswer'), call)
    if (isBusy) return
    if (behaviour.kind === 'reject' || behaviour.kind === 'refuse')
      context.after(behaviour.after, () => endCall(context, call, 'busy'), call)
    if (behaviour.kind === 'answer') context.after(behaviour.after, () => answerFirstLeg(call), call)
  }

  return {
    create: ({ from, to, callRandomId, callerId }, talk) => {
      const callee = context.calleeAt(from)
      if (callee?.kind !== 'phone' || callee.behaviour.kind === 'unregistered' || !own.has(from)) return undefined
      if (callerId !== undefined && !callerIds.includes(callerId)) return undefined
      const wasEngaged = context.isEngaged(from)
      const call = beginCall(context, { caller: callee.party, called: to, randomId: callRandomId, talk })
      call.phase = 'calling-out'
      announceId(call)
      ringFirstLeg(call, callee, wasEngaged)
      return call
    },
    answerFirstLeg,
  }
}
