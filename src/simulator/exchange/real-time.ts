import type { Clock } from '../../shared/clock.js'
import type { Telephony, TelephonyLine } from '../server/telephony.js'
import { createExchange } from './exchange.js'
import type { ExchangeCommands } from './exchange-api.js'
import { createExchangePacer } from './exchange-pacer.js'
import type { Traffic } from './traffic.js'

/** An exchange in step with a clock. */
export interface RealTimeExchange {
  readonly exchange: ExchangeCommands
  readonly telephony: Telephony
}

export interface RealTimeParts {
  traffic: Pick<Traffic, 'plan' | 'seed'> & Partial<Traffic>
  line: TelephonyLine
  clock: Clock
  /** How many times faster than the clock the exchange's time passes. */
  speed: number
}

/** The telephones of the server, on an exchange. */
function telephonyOf(exchange: ExchangeCommands): Telephony {
  return {
    now: () => exchange.now,
    create: request => (exchange.create(request) === undefined ? 'action-failed' : undefined),
    hangup: ({ uniqueId }, since) => exchange.hangUp(uniqueId, since),
    redirect: ({ uniqueId, destination }, since) => exchange.redirect(uniqueId, destination, since),
  }
}

/** Runs an exchange and its traffic by a clock, and sends the events on the line until that closes. */
export function runInRealTime({ traffic, line, clock, speed }: RealTimeParts): RealTimeExchange {
  const core = createExchange(traffic.plan, {
    seed: traffic.seed,
    start: clock.now(),
    tell: frame => line.send(frame),
  })
  const pacer = createExchangePacer({ exchange: core, acts: traffic.acts?.(), clock, speed })
  /** Makes a command happen in the present: everything that is due before happens first. */
  const atPresent =
    <A extends unknown[], R>(command: (...args: A) => R) =>
    (...args: A): R => {
      pacer.catchUp()
      try {
        return command(...args)
      } finally {
        pacer.schedule()
      }
    }
  const [now, calls, queues] = [
    atPresent(() => core.now),
    atPresent(() => core.calls),
    atPresent(() => core.queues),
  ] as const
  line.closed.addEventListener('abort', pacer.stop)
  pacer.schedule()

  const exchange: ExchangeCommands = {
    get now() {
      return now()
    },
    dial: atPresent(core.dial),
    create: atPresent(core.create),
    answer: atPresent(core.answer),
    reject: atPresent(core.reject),
    hangUp: atPresent(core.hangUp),
    redirect: atPresent(core.redirect),
    consult: atPresent(core.consult),
    completeTransfer: atPresent(core.completeTransfer),
    pause: atPresent(core.pause),
    unpause: atPresent(core.unpause),
    addMember: atPresent(core.addMember),
    removeMember: atPresent(core.removeMember),
    behave: atPresent(core.behave),
    engaged: atPresent(core.engaged),
    get calls() {
      return calls()
    },
    get queues() {
      return queues()
    },
  }
  return { exchange, telephony: telephonyOf(exchange) }
}
