import { createRandom } from '../random.js'
import { createCallCommands } from './call-commands.js'
import { createDialling } from './dialling.js'
import { encodeAsAsterisk, encodeAsDocument } from './event-encoder.js'
import type { Exchange, ExchangeParts } from './exchange-api.js'
import { checkMoment } from './exchange-checks.js'
import type { ExchangePlan } from './exchange-config.js'
import { createExchangeContext } from './exchange-context.js'
import { resolvePlan } from './exchange-defaults.js'
import { createOffers } from './offers.js'
import { createOriginator } from './originate.js'
import { createMemberCommands } from './queue-members.js'
import { createQueueStates } from './queue-states.js'
import { createQueues } from './queueing.js'
import { createTimers } from './timers.js'
import { createTransferCommands } from './transfers.js'

/**
 * Builds an exchange that stands still until `advance`. Throws `InvalidOptionsError` for a plan that contradicts
 * itself.
 */
export function createExchange(plan: ExchangePlan, { seed, start, tell }: ExchangeParts): Exchange {
  checkMoment('start', start)
  let now = start
  const resolved = resolvePlan(plan)
  const encode = resolved.dialect === 'document' ? encodeAsDocument : encodeAsAsterisk
  const timers = createTimers()
  const context = createExchangeContext({
    plan: resolved,
    random: createRandom(seed),
    timers,
    now: () => now,
    emit: fact => {
      const frame = encode(fact)
      if (frame !== undefined) tell(frame, now)
    },
  })
  const states = createQueueStates(context)
  const offers = createOffers(context, states)
  context.onNumberFree(number => {
    for (const state of states.withMember(number)) offers.serveSoon(state)
  })
  const dialling = createDialling(context, createQueues(context, states, offers))
  const originator = createOriginator(context, dialling)

  return {
    get now() {
      return now
    },
    get nextAt() {
      return timers.next
    },
    advance: to => {
      checkMoment('time to advance to', to)
      for (let next = timers.next; next !== undefined && next <= to; next = timers.next) {
        now = Math.max(now, next)
        timers.fire()
      }
      now = Math.max(now, to)
    },
    ...createCallCommands({ context, dialling, offers, originator }),
    ...createTransferCommands(context, dialling),
    ...createMemberCommands(context, states, offers),
    behave: context.behave,
    engaged: context.isEngaged,
    calls: context.calls,
    queues: states.byName,
  }
}
