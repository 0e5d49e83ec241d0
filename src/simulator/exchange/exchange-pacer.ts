import type { Cancel, Clock } from '../../shared/clock.js'
import { LONGEST_DELAY } from '../../shared/clock.js'
import type { Exchange } from './exchange-api.js'
import type { Traffic } from './traffic.js'

/** Keeps an exchange in step with a clock: `speed` times as fast, or as fast as the machine can. */
export interface ExchangePacer {
  /** Brings the exchange to the present, as far as one turn can. */
  catchUp(): void
  /** Sets the timer of the next thing that happens by itself. */
  schedule(): void
  stop(): void
}

export interface ExchangePacerParts {
  exchange: Exchange
  acts: ReturnType<Traffic['acts']> | undefined
  clock: Clock
  speed: number
}

/** ms of one turn, after which the server gets its turn even where the exchange cannot keep up. */
const LONGEST_TURN = 20

export function createExchangePacer({ exchange, acts, clock, speed }: ExchangePacerParts): ExchangePacer {
  const start = exchange.now
  /** Reading of the clock at which the exchange stood at `start`. */
  let origin = clock.elapsed()
  let coming = acts?.next().value
  let cancelTimer: Cancel = () => {}
  let isStopped = false

  const present = () => start + Math.floor((clock.elapsed() - origin) * speed)
  const nextActAt = () => (coming === undefined ? Number.POSITIVE_INFINITY : start + coming.at)
  const nextAt = () => Math.min(exchange.nextAt ?? Number.POSITIVE_INFINITY, nextActAt())

  const advanceTo = (next: number) => {
    exchange.advance(next)
    if (coming === undefined || nextActAt() > next) return
    coming.act(exchange)
    coming = acts?.next().value
  }

  const catchUp = () => {
    const now = present()
    const turnEnd = clock.elapsed() + LONGEST_TURN
    for (let next = nextAt(); next <= now; next = nextAt()) {
      advanceTo(next)
      const reading = clock.elapsed()
      if (reading < turnEnd) continue
      // the rest of that time has not passed: otherwise each turn would have more to make up for than the one before
      origin = reading - (exchange.now - start) / speed
      return
    }
    exchange.advance(now)
  }

  const schedule = () => {
    cancelTimer()
    const next = nextAt()
    if (isStopped || next === Number.POSITIVE_INFINITY) return
    const wait = Math.min(LONGEST_DELAY, Math.max(0, Math.ceil((next - present()) / speed)))
    cancelTimer = clock.after(wait, () => {
      catchUp()
      schedule()
    })
  }

  return {
    catchUp,
    schedule,
    stop: () => {
      isStopped = true
      cancelTimer()
    },
  }
}
