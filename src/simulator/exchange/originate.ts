import { beginCall, calm, endCall, LOOKUP } from './call-lifecycle.js'
import type { Dialling } from './dialling.js'
import type { Floor } from './exchange-context.js'
import type { Call } from './exchange-model.js'

/** What `call.create` asks for. */
export interface CreateRequest {
  readonly from: string
  readonly to: string
  readonly callRandomId: string
  readonly callerId?: string | undefined
}

/** Calls made by the API: the own extension rings first, and when it answers the destination is dialled. */
export interface CallingOut {
  /** Gives the call, or nothing when the exchange cannot make it; then nothing is told either. */
  create(request: CreateRequest, talk?: number): Call | undefined
  /** The own extension answers. */
  pickUp(call: Call): void
}

export function createCallingOut(floor: Floor, { reach }: Pick<Dialling, 'reach'>): CallingOut {
  const { quirks, createdIds } = floor.plan

  const created = (call: Call) => floor.tell({ fact: 'created', call })

  /** The own extension has answered. Each further leg gives the call another id. */
  const dialOut = (call: Call, to: string) => {
    const callee = floor.at(to)
    // a destination that is not registered gets no channel, so the call keeps its only id
    const ids = callee?.kind === 'phone' && callee.behaviour.kind === 'unregistered' ? 1 : createdIds
    const beginFirst = ids > 1 && floor.random.chance(quirks.beginBeforeResponse)
    for (let count = 1; count < ids; count += 1) {
      const id = floor.newId()
      call.ids.push(id)
      floor.calls.set(id, call)
      if (!beginFirst || count < ids - 1) created(call)
    }
    if (floor.random.chance(quirks.endWithoutBegin)) {
      if (beginFirst) created(call)
      return endCall(floor, call, 'chanunavail')
    }
    reach(call, to, call.caller)
    if (beginFirst) created(call)
  }

  const pickUp = (call: Call) => {
    calm(call)
    dialOut(call, call.called)
  }

  const create = ({ from, to, callRandomId, callerId }: CreateRequest, talk?: number): Call | undefined => {
    const callee = floor.at(from)
    if (
      callee?.kind !== 'phone' ||
      callee.behaviour.kind === 'unregistered' ||
      !floor.plan.extensions.some(({ number }) => number === from)
    )
      return undefined
    if (callerId !== undefined && !floor.plan.callerIds.includes(callerId)) return undefined
    const { behaviour } = callee
    const engaged = floor.engaged(from)
    const call = beginCall(floor, { caller: callee.party, called: to, randomId: callRandomId, talk })
    call.phase = 'calling-out'
    created(call)
    if (engaged || behaviour.kind === 'busy') floor.after(LOOKUP, () => endCall(floor, call, 'busy'), call)
    else floor.after(floor.plan.ringTime, () => endCall(floor, call, 'noanswer'), call)
    if (engaged) return call
    if (behaviour.kind === 'reject' || behaviour.kind === 'refuse')
      floor.after(behaviour.after, () => endCall(floor, call, 'busy'), call)
    if (behaviour.kind === 'answer') floor.after(behaviour.after, () => pickUp(call), call)
    return call
  }
  return { create, pickUp }
}
