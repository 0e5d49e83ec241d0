import type { ExchangePlan } from '../exchange/exchange-config.js'

export const CUSTOMER = '0910000001'
export const SECOND_CUSTOMER = '0910000002'
export const LINE = '0220282028'

/** The exchange of the scenes: three agents, a telephone that is not registered, and three queues. */
export const DEFAULT_PLAN: ExchangePlan = {
  extensions: [
    { number: '11', name: 'Jana' },
    { number: '12', name: 'Peter' },
    { number: '13', name: 'Eva' },
    { number: '14', name: 'Robert', behaviour: { kind: 'unregistered' } },
  ],
  outside: [{ number: '0911222333', behaviour: { kind: 'answer', after: 3_000 } }],
  lines: [
    { number: LINE, to: '601' },
    { number: '0220282029', to: '603' },
  ],
  queues: [
    { queue: '601', members: ['12'], ringTime: 12_000, timeout: 30_000, overflow: '602' },
    { queue: '602', members: ['13'], ringTime: 12_000 },
    { queue: '603', members: ['12', '13'], strategy: 'ring-all', ringTime: 12_000 },
  ],
  givenUp: 'noanswer',
  quirks: { callerEndsFirst: 0 },
}

/** The default plan with other quirks. */
export function planWith(quirks: ExchangePlan['quirks']): ExchangePlan {
  return { ...DEFAULT_PLAN, quirks: { ...DEFAULT_PLAN.quirks, ...quirks } }
}
