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
/** The stamp of every frame: no behaviour of actions depends on one. */
const meta = { receivedAt: START, seq: 1, session: 1 }

/** The notifications of one subscriber of a request. */
export interface Watched<T> {
  readonly values: T[]
  readonly error: unknown
  /** Errors and completions; and notifications after one of them. */
  readonly ends: number
  readonly completed: boolean
  readonly after: number
  leave(): void
}

export function watch<T>(request: Observable<T>): Watched<T> {
  const watched = {
    values: [] as T[],
    error: undefined as unknown,
    ends: 0,
    completed: false,
    after: 0,
    leave: () => {},
  }
  const countLate = () => {
    if (watched.ends > 0) watched.after += 1
  }
  const subscription: Subscription = request.subscribe({
    next: value => {
      countLate()
      watched.values.push(value)
    },
    error: (error: unknown) => {
      countLate()
      watched.ends += 1
      watched.error = error
    },
    complete: () => {
      countLate()
      watched.ends += 1
      watched.completed = true
    },
  })
  watched.leave = () => subscription.unsubscribe()
  return watched
}

/** A frame that was written. */
export interface Sent {
  readonly action: string
  readonly from?: string
  readonly to?: string
  readonly call_random_id?: string
  readonly unique_id?: string
  readonly destination?: string
}

/** A frame as a stage keeps it: parsing waits until somebody looks. */
interface Written {
  readonly text: string
  /** ms since the beginning. */
  readonly at: number
}

/**
 * The actions of a client under a clock of their own, with a socket that takes everything unless `takes` is false.
 * A class, since the specs that go through every order of events make a hundred thousand.
 */
export class Stage {
  readonly actions: Actions
  readonly clock: HeldClock
  /** Every change of the connection's being needed. */
  readonly held: boolean[] = []
  /** The reports of something ignored. */
  readonly limits: string[] = []
  /** Whether the socket takes what it is given. */
  takes = true
  /** How often the socket was given something. */
  offered = 0
  private readonly written: Written[] = []
  private parsed: (Sent & { readonly at: number })[] = []
  private unmatched: string | undefined

  constructor(policy: Partial<ActionPolicy>, start: number) {
    this.clock = createClock(start)
    this.actions = createActions({
      policy: { ...POLICY, ...policy },
      clock: this.clock,
      write: text => {
        this.offered += 1
        if (this.takes) this.written.push({ text, at: this.clock.now() - start })
        return this.takes
      },
      hold: isNeeded => this.held.push(isNeeded),
      reportUnmatched: (_response, why) => {
        this.unmatched = why
      },
      reportLimit: detail => this.limits.push(detail),
    })
  }

  /** All that was written. */
  get sent(): readonly (Sent & { readonly at: number })[] {
    if (this.parsed.length < this.written.length)
      this.parsed = this.written.map(({ text, at }) => ({ ...(JSON.parse(text) as Sent), at }))
    return this.parsed
  }

  /** The connection is needed no more, and no timer is set. */
  isClean(): boolean {
    return this.held.at(-1) !== true && this.clock.pending() === 0
  }

  created(call_random_id: string, unique_id: string): void {
    this.take({ event: 'call.create_response', unique_id, call_random_id, meta })
  }

  begin(unique_id: string, callee = '0220282028', extra: Partial<WireEvent> = {}): void {
    const parties = { caller: '12', caller_name: 'Peter', callee, callee_name: callee, called_number: callee }
    this.take({ event: 'call.begin', ...parties, unique_id, ...extra, meta } as PbxEvent)
  }

  pickup(unique_id: string): void {
    this.take({ event: 'call.pickup', unique_id, meta })
  }

  end(unique_id: string, status = 'answer'): void {
    this.take({ event: 'call.end', unique_id, status, meta })
  }

  /** An event as a recording has it. */
  frame(event: WireEvent): void {
    this.take({ ...event, meta } as PbxEvent)
  }

  /** Why a response belongs to no action. */
  unmatchedBy(response: PbxResponse): string | undefined {
    this.unmatched = undefined
    this.actions.response(response)
    return this.unmatched
  }

  answer(code: number, message: string, errors?: unknown): string | undefined {
    return this.unmatchedBy({ code, message, ...(errors !== undefined && { errors }), meta })
  }

  lose(): void {
    this.actions.sessionEnded({ kind: 'torn', message: 'the connection broke' })
  }

  private take(event: PbxEvent): void {
    this.actions.event(event)
    this.actions.eventDispatched()
  }
}

/** @param options.online whether a session is there from the start @param options.start ms since the epoch */
export function createStage(
  policy: Partial<ActionPolicy> = {},
  { online = true, start = START }: { online?: boolean; start?: number } = {},
): Stage {
  const stage = new Stage(policy, start)
  if (online) stage.actions.sessionStarted(0)
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
