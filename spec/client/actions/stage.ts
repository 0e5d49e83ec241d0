import { afterAll, beforeAll } from '@jest/globals'
import type { Observable, Subscription } from 'rxjs'
import { type Actions, createActions } from '../../../src/client/actions/actions.js'
import type { ActionPolicy } from '../../../src/client/options.js'
import type { PbxEvent, WireEvent } from '../../../src/protocol/events.js'
import type { PbxResponse } from '../../../src/protocol/responses.js'
import { createClock, type HeldClock } from '../../support/clock.js'

/** The defaults of the contract. */
export const POLICY: ActionPolicy = {
  sendWithin: 5_000,
  settleWithin: 1_000,
  confirmWithin: 30_000,
  concurrency: 1,
  staleAfter: 14_400_000,
  featureCodes: false,
}

const START = 1_795_500_000_000
/** Every frame of the stage has it: what is told here depends on no stamp. */
const meta = { receivedAt: START, seq: 1, session: 1 }

/** What one subscriber of a request was told. */
export interface Watched<T> {
  readonly values: T[]
  readonly error: unknown
  /** How often it was told an end, and how often anything after one. */
  readonly ends: number
  readonly completed: boolean
  readonly after: number
  leave(): void
}

export function watch<T>(request: Observable<T>): Watched<T> {
  const heard = { values: [] as T[], error: undefined as unknown, ends: 0, completed: false, after: 0, leave: () => {} }
  const late = () => {
    if (heard.ends > 0) heard.after += 1
  }
  const subscription: Subscription = request.subscribe({
    next: value => {
      late()
      heard.values.push(value)
    },
    error: (error: unknown) => {
      late()
      heard.ends += 1
      heard.error = error
    },
    complete: () => {
      late()
      heard.ends += 1
      heard.completed = true
    },
  })
  heard.leave = () => subscription.unsubscribe()
  return heard
}

/** A frame that the desk has written. */
export interface Sent {
  readonly action: string
  readonly from?: string
  readonly to?: string
  readonly call_random_id?: string
  readonly unique_id?: string
  readonly destination?: string
}

/** A desk under a clock of its own, with a socket that takes everything unless it is told not to. */
export interface Stage {
  readonly actions: Actions
  readonly clock: HeldClock
  /** All that was written, with the time since the beginning. */
  readonly sent: readonly (Sent & { readonly at: number })[]
  /** What was told of the connection's being needed. */
  readonly held: boolean[]
  /** What was reported as ignored. */
  readonly limits: string[]
  /** What the socket says to a write. */
  takes: boolean
  /** How often it was asked to take one. */
  offered: number
  created(randomId: string, uniqueId: string): void
  begin(uniqueId: string, callee?: string, extra?: Partial<WireEvent>): void
  pickup(uniqueId: string): void
  end(uniqueId: string, status?: string): void
  /** As a recording has it. */
  frame(event: WireEvent): void
  /** Why a response belongs to no action. */
  unmatchedBy(response: PbxResponse): string | undefined
  answer(code: number, message: string, errors?: unknown): string | undefined
  lose(): void
  /** The connection is needed no more, and no timer is set. */
  isClean(): boolean
}

/** @param options.online whether a session is there from the start @param options.start ms since the epoch */
export function createStage(
  policy: Partial<ActionPolicy> = {},
  { online = true, start = START }: { online?: boolean; start?: number } = {},
): Stage {
  const clock = createClock(start)
  const written: (readonly [text: string, at: number])[] = []
  let sent: Stage['sent'] = []
  const held: boolean[] = []
  const limits: string[] = []
  const actions = createActions({
    policy: { ...POLICY, ...policy },
    clock,
    write: text => {
      stage.offered += 1
      if (stage.takes) written.push([text, clock.now() - start])
      return stage.takes
    },
    hold: needed => held.push(needed),
    reportLimit: detail => limits.push(detail),
    reportUnmatched: (_response, why) => {
      unmatched = why
    },
  })
  const frame = (event: WireEvent) => {
    actions.event({ ...event, meta } as PbxEvent)
    actions.eventDispatched()
  }
  let unmatched: string | undefined
  const stage: Stage = {
    actions,
    clock,
    get sent() {
      // parsed when read: the specs that go through every order of events look at it once
      if (sent.length < written.length) sent = written.map(([text, at]) => ({ ...(JSON.parse(text) as Sent), at }))
      return sent
    },
    held,
    limits,
    takes: true,
    offered: 0,
    frame,
    created: (call_random_id, unique_id) => frame({ event: 'call.create_response', unique_id, call_random_id }),
    begin: (unique_id, callee = '0220282028', extra = {}) =>
      frame({
        event: 'call.begin',
        caller: '12',
        caller_name: 'Peter',
        callee,
        callee_name: callee,
        called_number: callee,
        unique_id,
        ...extra,
      } as WireEvent),
    pickup: unique_id => frame({ event: 'call.pickup', unique_id }),
    end: (unique_id, status = 'answer') => frame({ event: 'call.end', unique_id, status }),
    unmatchedBy: response => {
      unmatched = undefined
      actions.response(response)
      return unmatched
    },
    answer: (code, message, errors) =>
      stage.unmatchedBy({ code, message, ...(errors !== undefined && { errors }), meta }),
    lose: () => actions.sessionEnded({ kind: 'torn', message: 'the connection broke' }),
    isClean: () => held.at(-1) !== true && clock.pending() === 0,
  }
  if (online) actions.sessionStarted(0)
  return stage
}

/**
 * Visits all subsets of some things in all their orders, and counts them. Each order is one array that goes on changing:
 * nothing is copied for those that nobody keeps.
 */
export function forEachOrdering<T>(things: readonly T[], visit: (order: readonly T[]) => void): number {
  const order: T[] = []
  let count = 0
  const extend = () => {
    count += 1
    visit(order)
    for (const thing of things) {
      if (order.includes(thing)) continue
      order.push(thing)
      extend()
      order.pop()
    }
  }
  extend()
  return count
}

/** The stack of an error costs more than the rest of a short history: specs that go through many do without. */
export function withoutStacks(): void {
  const { stackTraceLimit } = Error
  beforeAll(() => {
    Error.stackTraceLimit = 0
  })
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit
  })
}

/** Real ids, as an Asterisk makes them. */
export const IDS = [
  '1795419091.342',
  '1795419092.343',
  '1795419093.344',
  '1795419094.345',
  '1795419095.346',
  '1795419096.347',
] as const
export const ACTION_FAILED = [500, 'Action failed'] as const
export const NOT_FOUND = [404, 'Call not found'] as const
export const SERVER_ERROR = [500, 'An unexpected error has occurred, closing connection'] as const
