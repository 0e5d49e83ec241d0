import {
  BehaviorSubject,
  catchError,
  debounceTime,
  defer,
  EMPTY,
  exhaustMap,
  groupBy,
  ignoreElements,
  merge,
  mergeMap,
  type Observable,
  Subject,
  share,
  skipWhile,
  take,
  tap,
  timer,
} from 'rxjs'
import {
  ActionRejectedError,
  type CallEnd,
  type CallTarget,
  DeliveryUncertainError,
  dialable,
  InvalidRequestError,
  NotSentError,
  type OutboundCall,
  type PbxClient,
  type Redirection,
} from 'viptel-pbx'

export type Kind = 'call' | 'hangup' | 'transfer'
export type Phase = OutboundCall['phase']

/** The outcome of an action, as the client gives it. */
export type Outcome =
  | { readonly kind: 'done'; readonly status?: string; readonly dialled: boolean }
  | { readonly kind: 'lost' }
  | {
      readonly kind: 'rejected' | 'notSent' | 'uncertain' | 'invalid' | 'fault'
      readonly detail: string
      readonly safeToRepeat: boolean
    }

/** An action that the viewer asked the PBX for. */
export interface Asked {
  readonly key: number
  readonly kind: Kind
  /** The caller, and the destination. */
  readonly from: string
  readonly to: string
  readonly steps: readonly Phase[]
  readonly uniqueId?: string
  readonly outcome?: Outcome
}

type Step = OutboundCall | Redirection | CallEnd

interface Click {
  /** Clicks of one name are one, until the first has shown a sign. */
  readonly name: string
  readonly asked: Pick<Asked, 'kind' | 'from' | 'to'>
  readonly start: () => Observable<Step>
}

/** ms in which a second click belongs to the first, however fast the PBX was. */
const DOUBLE_CLICK = 1_000
/** Requests that stay in the list. */
const KEPT = 5

export interface Requests {
  readonly list$: Observable<readonly Asked[]>
  call(from: string, to: string): void
  hangUp(target: CallTarget & { id: string }, who: string): void
  transfer(target: CallTarget & { id: string }, who: string, to: string): void
}

function outcomeOf(error: unknown): Outcome {
  const detail = error instanceof Error ? error.message : String(error)
  if (error instanceof ActionRejectedError) return { kind: 'rejected', detail, safeToRepeat: error.safeToRepeat }
  if (error instanceof NotSentError) return { kind: 'notSent', detail, safeToRepeat: true }
  if (error instanceof DeliveryUncertainError) return { kind: 'uncertain', detail, safeToRepeat: false }
  if (error instanceof InvalidRequestError) return { kind: 'invalid', detail, safeToRepeat: true }
  return { kind: 'fault', detail, safeToRepeat: false }
}

const phaseOf = (step: Step): Phase => ('phase' in step ? step.phase : 'ended')

/** A request after a further step. */
function withStep(request: Asked, step: Step): Asked {
  const phase = phaseOf(step)
  return {
    ...request,
    steps: request.steps.at(-1) === phase ? request.steps : [...request.steps, phase],
    ...('uniqueId' in step && step.uniqueId !== undefined && { uniqueId: step.uniqueId }),
  }
}

/** The outcome of a request that has completed, by its last step. */
function outcomeAfter(last: Step | undefined): Outcome {
  if (last === undefined) return { kind: 'done', dialled: true }
  if ('phase' in last && last.phase === 'lost') return { kind: 'lost' }
  const dialled = !('dialled' in last) || last.dialled
  return { kind: 'done', dialled, ...(last.status !== undefined && { status: last.status }) }
}

export function createRequests(pbx: PbxClient): Requests {
  const list$ = new BehaviorSubject<readonly Asked[]>([])
  const clicks$ = new Subject<Click>()
  let count = 0

  /** Adds a request to the list, and gives a function that changes it there. */
  const begin = (asked: Click['asked']) => {
    count += 1
    const key = count
    list$.next([{ ...asked, key, steps: [] }, ...list$.value].slice(0, KEPT))
    return (change: (request: Asked) => Asked) =>
      list$.next(list$.value.map(one => (one.key === key ? change(one) : one)))
  }
  /** Follows an action to its end. Completes with the first step after `sent`, so that the next click counts. */
  const follow = ({ asked, start }: Click): Observable<never> => {
    const change = begin(asked)
    let last: Step | undefined
    const steps$ = defer(start).pipe(
      tap({
        next: step => {
          last = step
          change(request => withStep(request, step))
        },
        error: error => change(request => ({ ...request, outcome: outcomeOf(error) })),
        complete: () => change(request => ({ ...request, outcome: outcomeAfter(last) })),
      }),
      // one action for both subscribers, also when it fails before the second one subscribes
      share({ resetOnError: false, resetOnComplete: false, resetOnRefCountZero: false }),
    )
    const firstSign$ = steps$.pipe(
      skipWhile(step => phaseOf(step) === 'sent'),
      take(1),
      catchError(() => EMPTY),
    )
    // a subscription of its own, which goes on after the first sign
    steps$.subscribe({ error: () => {} })
    return merge(firstSign$, timer(DOUBLE_CLICK)).pipe(ignoreElements())
  }
  clicks$
    .pipe(
      groupBy(({ name }) => name, { duration: clicks => clicks.pipe(debounceTime(60_000)) }),
      mergeMap(same$ => same$.pipe(exhaustMap(follow))),
    )
    .subscribe()

  return {
    list$,
    call: (from, to) =>
      clicks$.next({
        name: 'call',
        asked: { kind: 'call', from, to },
        start: () => pbx.createCall({ from, to: dialable(to) }),
      }),
    hangUp: (target, who) =>
      clicks$.next({
        name: `hangup ${target.id}`,
        asked: { kind: 'hangup', from: who, to: '' },
        start: () => pbx.hangup(target),
      }),
    transfer: (target, who, to) =>
      clicks$.next({
        name: `transfer ${target.id}`,
        asked: { kind: 'transfer', from: who, to },
        start: () => pbx.redirect(target, dialable(to)),
      }),
  }
}
