import { answerCall, beginCall, endCall, finishCall } from './call-lifecycle.js'
import type { Dialling } from './dialling.js'
import type { Dial, ExchangeCommands } from './exchange-api.js'
import { checkTime } from './exchange-checks.js'
import type { ExchangeContext } from './exchange-context.js'
import type { Call, Leg } from './exchange-model.js'
import type { Offers } from './offers.js'
import type { Originator } from './originate.js'

/** Commands on calls. */
export type CallCommands = Pick<ExchangeCommands, 'dial' | 'create' | 'answer' | 'reject' | 'hangUp' | 'redirect'>

/** The parts of the exchange that commands on calls use. */
export interface CallCommandParts {
  readonly context: ExchangeContext
  readonly dialling: Dialling
  readonly offers: Offers
  readonly originator: Originator
}

/** The ringing leg at an id: an agent's leg by its own id, another one by that of its call. */
function ringingAt(
  { calls, legs }: ExchangeContext,
  id: string,
  by: string | undefined,
): { call: Call; leg: Leg } | undefined {
  const offered = legs.get(id)
  const call = offered?.call ?? calls.get(id)
  const isWanted = ({ state, party }: Leg) => state === 'ringing' && (by === undefined || party.number === by)
  const leg = offered?.leg ?? call?.legs.find(isWanted)
  return call === undefined || leg?.state !== 'ringing' ? undefined : { call, leg }
}

/** The call at an id, if it began at `since` or later. */
function callAt({ calls }: ExchangeContext, id: string, since: number): Call | undefined {
  const call = calls.get(id)
  return call !== undefined && call.beganAt >= since ? call : undefined
}

/** The API-created call whose first leg rings. */
function callingOutAt({ calls }: ExchangeContext, id: string): Call | undefined {
  const call = calls.get(id)
  return call?.phase === 'calling-out' ? call : undefined
}

/** Starts a call that a person dials. */
export function dialCall(context: ExchangeContext, dialling: Dialling, { from, to, name, talk, patience }: Dial): Call {
  if (talk !== undefined) checkTime('talk', talk, 0)
  if (patience !== undefined) checkTime('patience', patience, 0)
  const call = beginCall(context, {
    caller: { ...context.partyAt(from), ...(name !== undefined && { name }) },
    called: to,
    talk,
  })
  if (patience !== undefined) call.patience = context.after(patience, () => dialling.hangUp(call))
  dialling.dial(call, to, call.caller)
  return call
}

function answer({ context, offers, originator }: CallCommandParts, id: string, by: string | undefined): boolean {
  const ringing = ringingAt(context, id, by)
  if (ringing?.leg.kind === 'agent') return offers.take(ringing.call, ringing.leg)
  if (ringing !== undefined) {
    answerCall(context, ringing.call, ringing.leg)
    return true
  }
  const call = callingOutAt(context, id)
  if (call !== undefined) originator.answerFirstLeg(call)
  return call !== undefined
}

function reject({ context, dialling, offers }: CallCommandParts, id: string, by: string | undefined): boolean {
  const ringing = ringingAt(context, id, by)
  if (ringing !== undefined) {
    if (ringing.leg.kind === 'agent') offers.decline(ringing.call, ringing.leg, 'busy')
    else dialling.reject(ringing.leg)
    return true
  }
  const call = callingOutAt(context, id)
  if (call !== undefined) endCall(context, call, 'busy')
  return call !== undefined
}

function hangUp({ context, dialling, offers }: CallCommandParts, id: string, since: number) {
  const offered = context.legs.get(id)
  if (offered === undefined) {
    const call = callAt(context, id, since)
    if (call === undefined) return 'call-not-found'
    dialling.hangUp(call)
    return undefined
  }
  if (offered.call.beganAt < since) return 'call-not-found'
  if (offered.leg.state === 'talking') finishCall(context, offered.call)
  else offers.decline(offered.call, offered.leg, 'cancel')
  return undefined
}

function redirect({ context, dialling }: CallCommandParts, id: string, destination: string, since: number) {
  const call = callAt(context, id, since) ?? context.legs.get(id)?.call
  if (call === undefined || call.beganAt < since) return 'call-not-found'
  if (call.phase === 'calling-out') return 'action-failed'
  dialling.redirect(call, destination)
  return undefined
}

export function createCallCommands(parts: CallCommandParts): CallCommands {
  const { context, dialling, originator } = parts
  return {
    dial: dial => dialCall(context, dialling, dial).id,
    create: (request, talk) => {
      if (talk !== undefined) checkTime('talk', talk, 0)
      return originator.create(request, talk)?.id
    },
    answer: (id, by) => answer(parts, id, by),
    reject: (id, by) => reject(parts, id, by),
    hangUp: (id, since = Number.NEGATIVE_INFINITY) => hangUp(parts, id, since),
    redirect: (id, destination, since = Number.NEGATIVE_INFINITY) => redirect(parts, id, destination, since),
  }
}
