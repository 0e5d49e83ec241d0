import { dialCall } from './call-commands.js'
import { finishCall } from './call-lifecycle.js'
import type { Dialling } from './dialling.js'
import type { ExchangeCommands } from './exchange-api.js'
import type { ExchangeContext } from './exchange-context.js'
import { type Call, talkingLeg } from './exchange-model.js'

/** Commands of an attended transfer: the agent calls a colleague first, and then connects the caller. */
export type TransferCommands = Pick<ExchangeCommands, 'consult' | 'completeTransfer'>

/** ms that two people talk on after a transfer, if the call has no `talk`. */
const TALK_ON = 60_000

export function createTransferCommands(context: ExchangeContext, dialling: Dialling): TransferCommands {
  /** The call at an id of its own, or of an agent's leg. */
  const callAt = (id: string) => context.calls.get(id) ?? context.legs.get(id)?.call
  /** Keeps two telephones engaged while their parties talk on without any event. */
  const engageUnannounced = (call: Call, target: string) => {
    for (const number of [call.caller.number, target]) {
      context.engage(number)
      context.after(call.talk ?? TALK_ON, () => context.release(number))
    }
  }
  return {
    consult: (id, to) => {
      const call = callAt(id)
      const agent = call && talkingLeg(call)?.party
      return agent && dialCall(context, dialling, { from: agent.number, to }).id
    },
    completeTransfer: (id, consultation) => {
      const [call, other] = [callAt(id), context.calls.get(consultation)]
      if (call?.phase !== 'talking' || other?.phase !== 'talking') return false
      const target = talkingLeg(other)?.party.number
      if (target === undefined || talkingLeg(call)?.party.number !== other.caller.number) return false
      engageUnannounced(call, target)
      for (const one of context.random.chance(0.5) ? [call, other] : [other, call]) finishCall(context, one)
      return true
    },
  }
}
