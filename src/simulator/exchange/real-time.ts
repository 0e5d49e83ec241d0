import { LONGEST } from '../../client/options.js'
import type { Telephony, TelephonyLine } from '../server/telephony.js'
import type { Traffic } from './call-centre.js'
import { createExchange, type ExchangeCommands } from './exchange.js'

/** An exchange under the clock on the wall. */
export interface LiveExchange {
  readonly exchange: ExchangeCommands
  readonly telephony: Telephony
}

/** ms that the exchange takes from others at a time, where it cannot keep up. */
const LONGEST_TURN = 20

/**
 * Runs an exchange and its traffic in real time, or `speed` times as fast, and tells its events on the line until that closes.
 *
 * @param options.speed its days pass so many times faster than ours, or as fast as can be lived through
 */
export function goLive(
  { plan, seed, acts }: Pick<Traffic, 'plan' | 'seed'> & Partial<Traffic>,
  line: TelephonyLine,
  { speed }: { speed: number },
): LiveExchange {
  const start = Date.now()
  // the wall clock may be set while we run; this one only goes on
  let origin = performance.now()
  const present = () => start + Math.floor((performance.now() - origin) * speed)
  const core = createExchange(plan, { seed, start, tell: frame => line.send(frame) })
  const people = acts?.()
  let coming = people?.next().value
  let timer: ReturnType<typeof setTimeout> | undefined

  const nextAt = () =>
    Math.min(
      core.nextAt ?? Number.POSITIVE_INFINITY,
      coming === undefined ? Number.POSITIVE_INFINITY : start + coming.at,
    )
  const catchUp = () => {
    const now = present()
    const enough = performance.now() + LONGEST_TURN
    for (let next = nextAt(); next <= now; next = nextAt()) {
      core.advance(next)
      if (coming !== undefined && start + coming.at <= next) {
        coming.act(core)
        coming = people?.next().value
      }
      if (performance.now() < enough) continue
      // more than can be done: what is left of that time has not passed, or each turn would have more to make up for than the one before
      origin = performance.now() - (core.now - start) / speed
      return
    }
    core.advance(now)
  }
  const schedule = () => {
    clearTimeout(timer)
    const next = nextAt()
    if (line.closed.aborted || next === Number.POSITIVE_INFINITY) return
    timer = setTimeout(
      () => {
        catchUp()
        schedule()
      },
      Math.min(LONGEST, Math.max(0, Math.ceil((next - present()) / speed))),
    )
  }
  /** A command of the present: what was due before it happens first. */
  const now =
    <A extends unknown[], R>(command: (...args: A) => R) =>
    (...args: A): R => {
      catchUp()
      try {
        return command(...args)
      } finally {
        schedule()
      }
    }
  line.closed.addEventListener('abort', () => clearTimeout(timer))
  schedule()

  const exchange: ExchangeCommands = {
    get now() {
      return now(() => core.now)()
    },
    dial: now(core.dial),
    create: now(core.create),
    answer: now(core.answer),
    reject: now(core.reject),
    hangUp: now(core.hangUp),
    redirect: now(core.redirect),
    consult: now(core.consult),
    completeTransfer: now(core.completeTransfer),
    pause: now(core.pause),
    unpause: now(core.unpause),
    addMember: now(core.addMember),
    removeMember: now(core.removeMember),
    behave: now(core.behave),
    engaged: now(core.engaged),
    get calls() {
      return now(() => core.calls)()
    },
    get queues() {
      return now(() => core.queues)()
    },
  }
  return {
    exchange,
    telephony: {
      now: () => exchange.now,
      create: request => (exchange.create(request) === undefined ? 'action-failed' : undefined),
      hangup: ({ uniqueId }, since) => exchange.hangUp(uniqueId, since),
      redirect: ({ uniqueId, destination }, since) => exchange.redirect(uniqueId, destination, since),
    },
  }
}
