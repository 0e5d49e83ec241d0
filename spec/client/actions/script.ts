import fc from 'fast-check'
import type { ExchangePlan, Faults, SimulatedUser } from '../../../src/simulator/index.js'

/** The owner of the call that a hangup or a redirect is about, and which of the owner's calls. */
export interface Target {
  readonly of: 'own' | 'anybody' | 'nobody'
  readonly which: number
}

/** The wait before the next step: the step's own outcome, or so many turns of the event loop. */
export type Wait = 'outcome' | number

export type Trouble =
  | {
      readonly kind:
        | 'drop'
        | 'fail'
        | 'stall-to-server'
        | 'stall-to-client'
        | 'resume'
        | 'refuse'
        | 'accept'
        | 'half-close'
    }
  | { readonly kind: 'restart'; readonly downFor: number; readonly notice: boolean }
  | { readonly kind: 'trickle'; readonly bytes: number }
  | { readonly kind: 'faults'; readonly faults: Faults | undefined }

export type Step = { readonly wait: Wait } & (
  | { readonly do: 'create'; readonly from: string; readonly to: string; readonly leave: boolean }
  | { readonly do: 'hangup'; readonly target: Target; readonly leave: boolean }
  | { readonly do: 'redirect'; readonly target: Target; readonly to: string; readonly leave: boolean }
  | { readonly do: 'dial'; readonly from: string; readonly to: string }
  | { readonly do: 'trouble'; readonly trouble: Trouble }
)

/** Where a connection is torn, by the bytes that have passed. */
export interface Torn {
  readonly flow: 'toServer' | 'toClient'
  readonly at: number
  readonly how: 'reset' | 'end'
}

export interface Script {
  readonly username: string
  readonly concurrency: number
  readonly createdIds: number
  readonly seed: number
  /** Of the first connections, in this order; the later ones are whole. */
  readonly tears: readonly (Torn | undefined)[]
  readonly steps: readonly Step[]
}

export const PASSWORD = 'heslo'

/** A user who may do everything, two who may do little, and one who gets no events. */
export const USERS: readonly SimulatedUser[] = [
  { username: 'viptel', password: PASSWORD },
  { username: 'caller', password: PASSWORD, actions: ['call.create'] },
  { username: 'guard', password: PASSWORD, actions: ['call.hangup'] },
  { username: 'blind', password: PASSWORD, events: [] },
]

export const PLAN: ExchangePlan = {
  extensions: [
    { number: '11', name: 'Jana', behaviour: { kind: 'answer', after: 2 } },
    { number: '12', name: 'Peter' },
    { number: '13', name: 'Eva', behaviour: { kind: 'reject', after: 3 } },
    { number: '14', name: 'Robert', behaviour: { kind: 'unregistered' } },
    { number: '15', name: 'Zuzana', behaviour: { kind: 'answer', after: 5 } },
  ],
  outside: [{ number: '0911000000', behaviour: { kind: 'answer', after: 4 } }],
  lines: [{ number: '0220282028', to: '601' }],
  queues: [{ queue: '601', members: ['12', '13'] }],
  quirks: { beginBeforeResponse: 0.3, endWithoutBegin: 0.2 },
}

const from = fc.constantFrom('11', '12', '13', '14', '15', '99')
const to = fc.constantFrom('12', '13', '14', '15', '0911000000', '0220282028', '0888888888')
const target: fc.Arbitrary<Target> = fc.record({
  of: fc.constantFrom('own', 'own', 'anybody', 'nobody'),
  which: fc.nat(9),
})
const wait: fc.Arbitrary<Wait> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  fc.nat(40),
  fc.constant('outcome' as const),
)
const leave = fc.nat(7).map(draw => draw === 0)

const share = fc.constantFrom(0, 0.3, 1)
const anyFaults: fc.Arbitrary<Faults> = fc.record(
  {
    seed: fc.nat(),
    delay: fc.constantFrom(0, 3, [0, 70] as const),
    loseAnswers: share,
    lateAnswers: fc.record({ share, by: fc.constant([0, 150] as const) }),
    duplicate: share,
    reorder: share,
    corrupt: fc.constantFrom(0, 0.2),
    rubbish: share,
    unknownEvents: share,
  },
  { requiredKeys: ['seed'] },
)
/** Answers come in order, or never. */
const orderlyFaults: fc.Arbitrary<Faults> = fc.record(
  {
    seed: fc.nat(),
    delay: fc.constantFrom(0, [0, 10] as const),
    loseAnswers: fc.constantFrom(0, 0.3),
    rubbish: share,
    unknownEvents: share,
  },
  { requiredKeys: ['seed'] },
)

const restart = fc.record({ kind: fc.constant('restart' as const), downFor: fc.nat(30), notice: fc.boolean() })
const trickle = fc.record({ kind: fc.constant('trickle' as const), bytes: fc.integer({ min: 5, max: 60 }) })
const faulty = (faults: fc.Arbitrary<Faults>) =>
  fc.record({ kind: fc.constant('faults' as const), faults: fc.option(faults, { nil: undefined }) })
const anyTrouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({
    kind: fc.constantFrom(
      'drop',
      'fail',
      'stall-to-server',
      'stall-to-client',
      'resume',
      'refuse',
      'accept',
      'half-close',
    ),
  }),
  restart,
  trickle,
  faulty(anyFaults),
)
const orderlyTrouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({ kind: fc.constantFrom('drop', 'fail', 'refuse', 'accept', 'accept') }),
  restart,
  trickle,
  faulty(orderlyFaults),
)

const step = (trouble: fc.Arbitrary<Trouble>): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('create' as const), from, to, leave, wait }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('hangup' as const), target, leave, wait }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('redirect' as const), target, to, leave, wait }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('dial' as const), from: fc.constant('0910000001'), to, wait }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('trouble' as const), trouble, wait }) },
  )

const script = (trouble: fc.Arbitrary<Trouble>): fc.Arbitrary<Script> =>
  fc.record({
    username: fc.constantFrom('viptel', 'viptel', 'viptel', 'caller', 'guard', 'blind'),
    concurrency: fc.constantFrom(1, 8),
    createdIds: fc.integer({ min: 1, max: 6 }),
    seed: fc.nat(),
    tears: fc.array(
      fc.option(
        fc.record({
          flow: fc.constantFrom('toServer', 'toClient'),
          at: fc.nat(2_000),
          how: fc.constantFrom('reset', 'end'),
        }),
        { nil: undefined },
      ),
      { maxLength: 3 },
    ),
    steps: fc.array(step(trouble), { minLength: 1, maxLength: 16 }),
  })

/** Whatever can happen to answers and connections. */
export const anyScript = script(anyTrouble)
/** Whatever can happen as long as the answers that come, come soon and in order. */
export const orderlyScript = script(orderlyTrouble)
