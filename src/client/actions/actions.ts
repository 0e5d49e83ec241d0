import type { Observable } from 'rxjs'
import { encodeAction } from '../../protocol/actions.js'
import type { PbxEvent } from '../../protocol/events.js'
import { meaningOf, type PbxResponse } from '../../protocol/responses.js'
import { type Clock, systemClock } from '../../shared/clock.js'
import { createExpiryQueue, type ExpiryQueue } from '../../shared/expiry-queue.js'
import { type ConnectionLoss, ConnectionLostError } from '../connection/connection-loss.js'
import { ClientClosedError, type PbxError } from '../errors.js'
import { type ActionOptions, type ActionPolicy, resolveActionOptions } from '../options.js'
import type { SessionObserver } from '../session-observer.js'
import { type ActionEffect, type ActionInput, type ActionNotification, reduceOrReport } from './action-state.js'
import type { OutboundCall } from './call-follower.js'
import type { CallEvent, EventPhase } from './call-phase.js'
import { type CreateCall, createCall } from './create-call.js'
import { ErrorAttribution } from './error-attribution.js'
import { EventCorrelation } from './event-correlation.js'
import { type CallEnd, hangup } from './hangup.js'
import { outcomeError, rejection, wordsOf } from './outcome-errors.js'
import { type ActionPlan, type Ask, createPendingAction, type PendingAction } from './pending-action.js'
import { type Redirection, redirect } from './redirect.js'
import { createRequest, type RequestSink, type Withdraw } from './request-observable.js'
import { SendQueue } from './send-queue.js'
import type { CallTarget } from './target.js'
import { TimeLimits } from './time-limits.js'

/** All actions of a client: sends them, follows them, and notifies their subscribers. Knows no socket. */
export interface Actions extends SessionObserver {
  readonly createCall: (request: CreateCall, options?: ActionOptions) => Observable<OutboundCall>
  readonly hangup: (target: CallTarget, options?: ActionOptions) => Observable<CallEnd>
  readonly redirect: (target: CallTarget, destination: string, options?: ActionOptions) => Observable<Redirection>
}

export interface ActionsParts {
  policy: Readonly<ActionPolicy>
  /**
   * Writes into the session. False when the session is at its end: no byte was handed to the socket, and none will
   * be. May call back into the actions, for instance through a user's logger.
   */
  write: (text: string) => boolean
  /** Takes whether the connection is needed, at every change of that. */
  hold: (isNeeded: boolean) => void
  /** Takes why a response belongs to no action, if the response is not the session's business either. */
  reportUnmatched: (response: PbxResponse, why: string) => void
  /** Takes what was ignored because there was too much of it, at most once a minute. */
  reportLimit: (detail: string) => void
  /** Takes a fault of this SDK; without it the fault is thrown. The action stays as it was. */
  reportFault?: (error: Error) => void
  clock?: Clock
}

/**
 * ms that a `call.begin` may come before the `call.create_response` that names its call, however short
 * `confirmWithin` is.
 */
const EARLY_EVENT_TTL = 10_000
/** ms between two reports of a limit. */
const LIMIT_INTERVAL = 60_000

const WRITE: ActionInput = { type: 'write' }
const WRITTEN: ActionInput = { type: 'written' }
const REFUSED: ActionInput = { type: 'refused' }
const WITHDRAWN: ActionInput = { type: 'withdrawn' }
const NO_PROGRESS: ActionInput = { type: 'noProgress' }
const SETTLE_LIMIT: ActionInput = { type: 'settleLimit' }
const WATCH_LIMIT: ActionInput = { type: 'watchLimit' }

/** The sink of an action that was withdrawn. */
const NOBODY: RequestSink<unknown> = { emit: () => {}, complete: () => {}, fail: () => {} }

/** How much an action needs the connection. */
const NOT = 0
/**
 * The connection is held for the action unless the connection has failed: nobody comes back for a call by himself.
 */
const UNLESS_FAILED = 1
const ALWAYS = 2

function needOf({ state, callRandomId }: PendingAction): typeof NOT | typeof UNLESS_FAILED | typeof ALWAYS {
  switch (state.name) {
    case 'waiting':
    case 'writing':
    case 'inFlight':
      return ALWAYS
    // the PBX hangs up only calls that began in the present login
    case 'following':
      return UNLESS_FAILED
    // a call that may exist after all is held like one that does
    case 'rejected':
    case 'uncertain':
      return state.isWatched && callRandomId !== undefined ? UNLESS_FAILED : NOT
    case 'confirmed':
    case 'notSent':
      return NOT
  }
}

/**
 * Runs the machine of `action-state.ts` for every action, and carries its effects out.
 *
 * One queue keeps the order. An input moves states and keeps the books, and never calls a subscriber. Notifications
 * wait until all inputs are taken; whatever a subscriber does is an input that is taken after the notification. The
 * next action is written when neither is left. Outside of any callback all of that happens before the call returns.
 */
class ActionRunner implements Actions {
  readonly createCall: Actions['createCall']
  readonly hangup: Actions['hangup']
  readonly redirect: Actions['redirect']
  readonly #parts: ActionsParts
  readonly #clock: Clock
  readonly #queue: SendQueue
  readonly #correlation: EventCorrelation
  readonly #attribution: ErrorAttribution
  /** Of each action the one limit that its state has, `settleWithin` apart. */
  readonly #limits: TimeLimits<PendingAction>
  readonly #settleLimits: ExpiryQueue<PendingAction>
  /** Actions that were written, and that an event or the end of the session still concerns. */
  readonly #written = new Set<PendingAction>()
  /** Actions asked for since the last look at the send queue, which have no time limit yet. */
  #asked: PendingAction[] = []
  readonly #inputs: (() => void)[] = []
  readonly #notifications: (() => void)[] = []
  /** How many actions need the connection, by how much. */
  readonly #needs: [not: number, unlessFailed: number, always: number] = [0, 0, 0]
  /** True while inputs are taken and notifications given. */
  #isRunning = false
  /** True when something has changed since the last run. */
  #isChanged = false
  #isOnline = false
  #hasConnectionFailed = false
  #isClosed = false
  #isHoldingConnection = false
  /** When a limit was last reported, in ms of the clock's `elapsed()`. */
  #limitReportedAt = Number.NEGATIVE_INFINITY

  constructor(parts: ActionsParts) {
    const { policy, clock = systemClock } = parts
    this.#parts = parts
    this.#clock = clock
    this.#queue = new SendQueue(policy.concurrency)
    this.#correlation = new EventCorrelation({
      keptFor: Math.max(EARLY_EVENT_TTL, policy.confirmWithin),
      now: clock.now,
      deliver: (action, event, phase) => this.#takeEvent(action, event, phase),
      reportLimit: detail => this.#reportLimit(detail),
    })
    this.#attribution = new ErrorAttribution(clock, policy.settleWithin)
    this.#limits = new TimeLimits(clock, action => this.#take(() => this.#apply(action, this.#limitOf(action))))
    this.#settleLimits = createExpiryQueue(clock, policy.settleWithin, action =>
      this.#take(() => this.#apply(action, SETTLE_LIMIT)),
    )
    const ask: Ask = (options, plan) => createRequest(sink => this.#ask(plan, options, sink))
    this.createCall = createCall(ask)
    this.hangup = hangup(ask)
    this.redirect = redirect(ask)
  }

  sessionStarted(): void {
    this.#take(() => {
      this.#hasConnectionFailed = false
      this.#isOnline = true
    })
  }

  event(event: PbxEvent): void {
    if (this.#isRunning) this.#inputs.push(() => this.#correlation.correlate(event))
    else this.#correlation.correlate(event)
  }

  eventDispatched(): void {
    if (this.#isChanged) this.#run()
  }

  response(response: PbxResponse): void {
    this.#take(() => {
      const why = this.#answer(response)
      if (why !== undefined) this.#parts.reportUnmatched(response, why)
    })
  }

  sessionEnded(loss: ConnectionLoss): void {
    this.#take(() => {
      this.#isOnline = false
      this.#attribution.clear()
      if (this.#written.size > 0) this.#applyToWritten({ type: 'sessionEnded', why: new ConnectionLostError(loss) })
    })
  }

  connectionFailed(error: PbxError): void {
    this.#take(() => {
      this.#hasConnectionFailed = true
      // a connection that has failed has let go of everybody who held it
      this.#isHoldingConnection = false
      for (const action of this.#queue.all) this.#apply(action, { type: 'connectionFailed', why: error })
    })
  }

  closed(): void {
    this.#take(() => {
      const input: ActionInput = { type: 'closed', why: new ClientClosedError() }
      this.#isClosed = true
      this.#isOnline = false
      this.#attribution.clear()
      this.#applyToWritten(input)
      for (const action of this.#queue.all) this.#apply(action, input)
    })
  }

  #ask<T extends object>(
    plan: (featureCodes: boolean) => ActionPlan<T>,
    options: ActionOptions | undefined,
    sink: RequestSink<T>,
  ): Withdraw {
    const { policy } = this.#parts
    const planned = plan(policy.featureCodes)
    const action = createPendingAction(planned, resolveActionOptions(options, policy), this.#clock.now(), sink)
    this.#correlation.reserve(action)
    this.#take(() => this.#enqueue(action))
    return answer => this.#take(() => answer(this.#withdraw(action)))
  }

  #enqueue(action: PendingAction): void {
    this.#hasConnectionFailed = false
    this.#needs[ALWAYS] += 1
    this.#queue.add(action)
    this.#asked.push(action)
    this.#isChanged = true
    if (this.#isClosed) this.#apply(action, { type: 'closed', why: new ClientClosedError() })
  }

  /** Whether the action was not written, and never will be. */
  #withdraw(action: PendingAction): boolean {
    this.#apply(action, WITHDRAWN)
    const isWithdrawn = action.state.name === 'notSent'
    if (isWithdrawn) action.sink = NOBODY
    return isWithdrawn
  }

  /** Takes an input at once, or after the notification of the moment, and then everything that follows from it. */
  #take(input: () => void): void {
    this.#inputs.push(input)
    this.#run()
  }

  #run(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    this.#isChanged = false
    try {
      while (this.#runNext() || this.#sendNext() || this.#updateHold());
      this.#limitAsked()
    } finally {
      this.#isRunning = false
    }
  }

  /** Takes the next input, or else gives the next notification. False when there is neither. */
  #runNext(): boolean {
    const next = this.#inputs.shift() ?? this.#notifications.shift()
    next?.()
    return next !== undefined
  }

  /** Writes the first action of the queue, if it may go. False when none may. */
  #sendNext(): boolean {
    const action = this.#queue.first
    if (!action || !this.#isOnline || this.#queue.isFull) return false
    // a timer can be late by any time, when a machine sleeps or a page is frozen
    const isTooLate = this.#clock.now() - action.askedAt > action.sendWithin
    if (!this.#apply(action, isTooLate ? this.#sendLimitOf(action) : WRITE)) this.#queue.remove(action)
    return true
  }

  #write(action: PendingAction): void {
    let text: string
    try {
      // the target is the caller's own object: it may have changed since it was checked, or be unreadable
      text = encodeAction(
        action.action,
        action.plan.target === undefined
          ? action.plan.fields
          : { unique_id: this.#correlation.resolveTargetId(action), ...action.plan.fields },
      )
    } catch (error) {
      this.#apply(action, { type: 'unreadable', why: error })
      return
    }
    if (this.#parts.write(text)) {
      action.sentAt = this.#clock.now()
      this.#apply(action, WRITTEN)
    } else {
      // the session is at its end, and the next one begins with this action
      this.#isOnline = false
      this.#apply(action, REFUSED)
    }
  }

  /** Takes hold of the connection once an action needs it, and lets go of it afterwards. False for no change. */
  #updateHold(): boolean {
    const [, unlessFailed, always] = this.#needs
    const isNeeded = !this.#isClosed && (always > 0 || (unlessFailed > 0 && !this.#hasConnectionFailed))
    if (isNeeded === this.#isHoldingConnection) return false
    this.#isHoldingConnection = isNeeded
    this.#parts.hold(isNeeded)
    return true
  }

  /** Sets the time limit of the actions that could not be written at once. */
  #limitAsked(): void {
    if (this.#asked.length === 0) return
    const asked = this.#asked
    this.#asked = []
    for (const action of asked)
      if (action.state.name === 'waiting' && !action.limit) this.#limits.set(action, action.sendWithin)
  }

  #takeEvent(action: PendingAction, event: CallEvent, phase: EventPhase | undefined): void {
    const progress = action.plan.afterEvent(event, phase)
    this.#apply(action, progress ? { type: 'progress', value: progress.value, isLast: progress.isLast } : NO_PROGRESS)
  }

  /** Ends the action that a response is meant for. Words for a response of no action, if it is not the session's. */
  #answer(response: PbxResponse): string | undefined {
    if (meaningOf(response) === 'server-error') {
      const why = wordsOf(response)
      for (const action of this.#written)
        if (action.state.name === 'inFlight') this.#apply(action, { type: 'serverError', why })
    }
    const attribution = this.#attribution.attribute(response)
    if (typeof attribution !== 'object') return attribution
    const { action, isCertain } = attribution
    if (action.state.name !== 'inFlight') {
      const name = action.callRandomId === undefined ? action.action : `${action.action} ${action.callRandomId}`
      return `an error probably of ${name}, which had ended as uncertain`
    }
    this.#attribution.reject(attribution)
    this.#apply(action, { type: 'rejected', error: rejection(action, response, isCertain) })
    return undefined
  }

  #applyToWritten(input: ActionInput): void {
    for (const action of this.#written) this.#apply(action, input)
  }

  #limitOf(action: PendingAction): ActionInput {
    switch (action.state.name) {
      case 'waiting':
        return this.#sendLimitOf(action)
      case 'inFlight':
        return { type: 'confirmLimit', why: `Nothing confirmed it within ${action.confirmWithin} ms.` }
      case 'following':
        return { type: 'staleLimit', why: 'No event has come since the connection was lost.' }
      default:
        return WATCH_LIMIT
    }
  }

  #sendLimitOf({ sendWithin }: PendingAction): ActionInput {
    const missing = this.#isOnline && this.#queue.isFull ? 'an outcome of earlier actions' : 'a connection'
    return { type: 'sendLimit', why: `The action waited ${sendWithin} ms for ${missing}.` }
  }

  #reportLimit(detail: string): void {
    const now = this.#clock.elapsed()
    if (now - this.#limitReportedAt < LIMIT_INTERVAL) return
    this.#limitReportedAt = now
    this.#notify(() => this.#parts.reportLimit(detail))
  }

  /** Moves an action to its next state, and carries the effects out. False for an input that has no arrow. */
  #apply(action: PendingAction, input: ActionInput): boolean {
    const transition = reduceOrReport(action.state, input, this.#parts.reportFault)
    if (!transition) return false
    const [next, effects] = transition
    this.#needs[needOf(action)] -= 1
    action.state = next
    this.#needs[needOf(action)] += 1
    this.#isChanged = true
    for (const effect of effects) this.#carryOut(effect, action, input)
    return true
  }

  #carryOut(effect: ActionEffect, action: PendingAction, input: ActionInput): void {
    switch (effect) {
      case 'write':
        return this.#write(action)
      case 'dequeue':
        return this.#queue.remove(action)
      case 'requeue':
        return this.#queue.putBack(action)
      case 'follow':
        this.#written.add(action)
        this.#queue.occupySlot(action)
        this.#attribution.add(action)
        return this.#correlation.follow(action)
      case 'confirmCandidate':
        return this.#attribution.confirm(action)
      case 'removeCandidate':
        return this.#attribution.removeCandidate(action)
      case 'forget':
        this.#written.delete(action)
        return this.#correlation.forget(action)
      case 'freeSlot':
        return this.#queue.freeSlot(action)
      case 'startSettleLimit':
        return this.#settleLimits.put(action)
      case 'startConfirmLimit':
      case 'startWatchLimit':
        return this.#limits.set(action, action.confirmWithin)
      case 'startStaleLimit':
        return this.#limits.set(action, this.#parts.policy.staleAfter)
      case 'clearLimits':
        this.#settleLimits.remove(action)
        return this.#limits.clear(action)
      default:
        return this.#queueNotification(effect, action, input)
    }
  }

  /** Makes a notification now, while the state is as the effect found it, and queues it. */
  #queueNotification(effect: ActionNotification, action: PendingAction, input: ActionInput): void {
    const { plan } = action
    switch (effect) {
      case 'emitSent':
        return this.#queueSnapshot(action, plan.afterWrite(action.uniqueId))
      case 'emitStale':
        return this.#queueSnapshot(action, plan.afterLoss(false)?.value)
      case 'emit':
        return this.#queueSnapshot(action, input.type === 'progress' ? input.value : undefined)
      case 'complete':
        return this.#notify(() => action.sink.complete())
      case 'fail': {
        const error = input.type === 'rejected' ? input.error : outcomeError(action, 'why' in input ? input.why : '')
        return this.#notify(() => action.sink.fail(error))
      }
      case 'lose': {
        const progress = plan.afterLoss(true)
        if (!progress) return this.#queueNotification('fail', action, input)
        this.#queueSnapshot(action, progress.value)
        return this.#queueNotification('complete', action, input)
      }
    }
  }

  #queueSnapshot(action: PendingAction, value: unknown): void {
    if (value !== undefined) this.#notify(() => action.sink.emit(value))
  }

  #notify(notification: () => void): void {
    this.#isChanged = true
    this.#notifications.push(notification)
  }
}

export function createActions(parts: ActionsParts): Actions {
  return new ActionRunner(parts)
}
