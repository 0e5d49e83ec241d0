import type { Exchange } from './exchange-api.js'
import type { ExchangePlan } from './exchange-config.js'

/** An exchange, and the people who use it. */
export interface Traffic {
  readonly plan: ExchangePlan
  readonly seed: number | string
  /** The acts of people, one after the other, without end. `at`: ms after the start. */
  acts(): Generator<{ readonly at: number; readonly act: (exchange: Exchange) => void }, never>
}
