import { LONGEST } from '../../options.js'
import type { Telephony, TelephonyLine } from '../telephony.js'
import type { Traffic } from './call-centre.js'
import { createExchange, type ExchangeCommands } from './exchange.js'

/** An exchange under the clock on the wall. */
export interface LiveExchange {
  readonly exchange: ExchangeCommands
  readonly telephony: Telephony
}

/**
 * Runs an exchange and its traffic in real time, or `speed` times as fast, and tells its events on the line until that closes.
 *
 * @param options.speed its days pass so many times faster than ours
 */
export function goLive(
  { plan, seed, acts }: Pick<Traffic, 'plan' | 'seed'> & Partial<Traffic>,
  line: TelephonyLine,
  { speed }: { speed: number },
): LiveExchange {
  const start = Date.now()
  // the wall clock may be set while we run; this one only goes on
  const origin = performance.now()
  const present = () => start + Math.floor((performance.now() - origin) * speed)
  const core = createExchange(plan, { seed, start, tell: frame => line.send(frame) })
  const people = acts?.()
  let coming = people?.next().value
  let timer: ReturnType<typeof setTimeout> | undefined

  const catchUp = () => {
    const now = present()
    while (coming !== undefined && start + coming.at <= now) {
      core.advance(start + coming.at)
      coming.act(core)
      coming = people?.next().value
    }
    core.advance(now)
  }
  const schedule = () => {
    clearTimeout(timer)
    const next = Math.min(core.nextAt ?? Number.POSITIVE_INFINITY, coming === undefined ? Number.POSITIVE_INFINITY : start + coming.at)
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
      return present()
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
      now: present,
      create: request => (exchange.create(request) === undefined ? 'action-failed' : undefined),
      hangup: ({ uniqueId }, since) => exchange.hangUp(uniqueId, since),
      redirect: ({ uniqueId, destination }, since) => exchange.redirect(uniqueId, destination, since),
    },
  }
}
