import fc from 'fast-check'
import type { Exchange } from '../../../src/simulator/exchange/exchange-api.js'
import type { ExchangePlan, Quirks } from '../../../src/simulator/exchange/exchange-config.js'

/** Quirks that are rare in the field, here frequent. */
export const QUIRKS: Quirks = {
  callerEndsFirst: 0.5,
  lateLegEnd: 0.3,
  ringingLegEndsLast: 0.3,
  leftAfterPickup: 0.3,
  queuePickup: 0.3,
  offeredTwice: 0.2,
  offeredWhileTalking: 0.2,
  legEndsEarly: 0.2,
  beginBeforeResponse: 0.3,
  endWithoutBegin: 0.2,
}

/** A plan in which everything can happen. */
export const PLAN: ExchangePlan = {
  extensions: [
    { number: '11', name: 'Jana', behaviour: { kind: 'answer', after: 2_000 } },
    { number: '12', name: 'Peter', behaviour: { kind: 'answer', after: 900 } },
    { number: '13', name: 'Eva' },
    { number: '14', name: 'Robert', behaviour: { kind: 'reject', after: 1_500 } },
    { number: '15', name: 'Zuzana', behaviour: { kind: 'unregistered' } },
    { number: '16', name: 'Jan', behaviour: { kind: 'refuse', after: 700 }, forward: { to: '11', when: 'busy' } },
    { number: '17', name: 'Martin', forward: { to: '16', when: 'no-answer' } },
    { number: '18', name: 'Lucia', forward: { to: '19', when: 'always' } },
    { number: '19', name: 'Michal', forward: { to: '18', when: 'always' } },
  ],
  outside: [{ number: '0911000000', behaviour: { kind: 'answer', after: 3_000 } }],
  lines: [
    { number: '0220282001', to: '601' },
    { number: '0220282002', to: '603' },
  ],
  queues: [
    { queue: '601', members: ['11', '12', '13'], ringTime: 4_000, timeout: 20_000, overflow: '602' },
    { queue: '602', members: ['12', '14', '15'], ringTime: 3_000, timeout: 15_000 },
    { queue: '603', members: ['11', '13', '14'], strategy: 'ring-all', ringTime: 5_000 },
  ],
  ringTime: 10_000,
}
const NUMBERS = [
  '11',
  '12',
  '13',
  '14',
  '15',
  '16',
  '17',
  '18',
  '0911000000',
  '0888888888',
  '601',
  '603',
  '0220282001',
  '0220282002',
  '*21',
]

export type Step = { readonly kind: number; readonly which: number; readonly number: string; readonly wait: number }

/** Carries out one command of people or of the API, on a call of the moment. */
function act(exchange: Exchange, { kind, which, number }: Step, made: number, wait: (ms: number) => void) {
  const calls = [...new Set(exchange.calls.values())]
  const call = calls[which % Math.max(1, calls.length)]
  const leg = call?.legs[which % Math.max(1, call.legs.length)]
  const some = [call?.ids[which % call.ids.length], leg?.id, '1.1'][which % 3] ?? '1.1'
  switch (kind) {
    case 0:
    case 1:
    case 2:
      return exchange.dial({ from: `09${which}`, to: number, talk: which * 10, patience: 30_000 })
    case 3:
      return exchange.dial({ from: '13', to: number, patience: which * 20 })
    case 4:
    case 5:
      return exchange.create(
        { from: ['11', '13', '15', '99'][which % 4] ?? '', to: number, callRandomId: `r${made}` },
        which * 10,
      )
    case 6:
      return exchange.answer(some)
    case 7:
      return exchange.reject(some)
    case 8:
      return exchange.hangUp(some)
    case 9:
      return exchange.redirect(some, number)
    case 10: {
      const consultation = exchange.consult(some, number)
      wait(4_000)
      return consultation !== undefined && exchange.completeTransfer(some, consultation)
    }
    case 11:
      return which % 2 === 0 ? exchange.pause('12') : exchange.unpause('12')
    default:
      return which % 2 === 0 ? exchange.addMember('13', '602', which % 4 === 0) : exchange.removeMember('13', '602')
  }
}

/** Commands of people and of the API, with the waits between them. */
export const steps = fc.array(
  fc.record({
    kind: fc.nat({ max: 12 }),
    which: fc.nat({ max: 999 }),
    number: fc.constantFrom(...NUMBERS),
    wait: fc.oneof(fc.constant(0), fc.nat({ max: 6_000 })),
  }),
  { minLength: 1, maxLength: 60 },
)

/** Plays a script, and goes on until all calls are over: calls that do not end by themselves are hung up. */
export function play(exchange: Exchange, script: readonly Step[], wait: (ms: number) => void): void {
  script.forEach((step, index) => {
    act(exchange, step, index, wait)
    wait(step.wait)
  })
  do {
    wait(200_000)
    for (const id of [...exchange.calls.keys()]) exchange.hangUp(id)
    wait(10_000)
  } while (exchange.calls.size > 0)
}
