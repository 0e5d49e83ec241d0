import { Observable, Subject, type Subscriber } from 'rxjs'
import type { PbxEvent } from '../../protocol/events.js'
import { backgroundClock, type Clock } from '../../shared/clock.js'
import { internalsOf, type TrackableClient } from '../client-internals.js'
import type { SessionObserver } from '../session-observer.js'
import { type ResolvedTrackerOptions, resolveTrackerOptions, type TrackerOptions } from './tracker-options.js'

/** What a tracker knows, and how it is told. */
export interface Core<T, S, M> {
  readonly current: ReadonlyMap<string, T>
  event(event: PbxEvent): void
  /** The session has ended: whatever was known may have changed since. Said again, it is no news. */
  lost(): void
  /** @param at ms since the epoch */
  seed(seeds: readonly S[], at: number): void
  /** What this tracker shows beside what every tracker does. */
  readonly more: M
}

/** What every tracker shows. */
export interface Face<T, C, S> {
  readonly current: ReadonlyMap<string, T>
  readonly list$: Observable<readonly T[]>
  readonly change$: Observable<C>
  readonly since: number | undefined
  seed(seeds: readonly S[]): void
  close(): void
}

/** While somebody looks without staying: the lists that were shown. */
let glanced: unknown[] | undefined

/** Runs something whose subscriptions end within it: they see the present, and hold no connection. Gives the lists that they saw. */
export function glance(look: () => void): readonly unknown[] {
  const outer = glanced
  const seen: unknown[] = []
  glanced = seen
  try {
    look()
  } finally {
    glanced = outer
  }
  return seen
}

/**
 * Puts around a core the client that it listens to, and the streams that tell of it.
 *
 * @param build its `tell` says that something is not what it was; a change is told when everybody has absorbed what brought it about, at once if nothing did
 * but time or a seed
 */
export function track<T, C, S, M>(
  client: TrackableClient,
  given: TrackerOptions | undefined,
  build: (options: ResolvedTrackerOptions, clock: Clock, tell: (change?: C) => void) => Core<T, S, M>,
): Face<T, C, S> & M {
  const options = resolveTrackerOptions(given)
  const { connection, trackers } = internalsOf(client)
  const lists = new Subject<void>()
  const changes = new Subject<C>()
  const cancels = new Set<() => void>()
  const pending: C[] = []
  /** Something is absorbed or told: what it brings about comes after. */
  let busy = false
  let list: readonly T[] | undefined
  let isListDue = false
  // created under way, it knows nothing of what the session has told before
  let since = connection.isLoggedIn ? Date.now() : undefined
  /** A session has ended, and no other has begun. */
  let torn = false
  /** What was seeded meanwhile may have changed before the login. */
  let isDoubtful = false

  /** That nobody sets: a wall clock that jumps must not end calls. Keeps no process alive. */
  const clock: Clock = {
    ...backgroundClock,
    after: (ms, run) => {
      const cancel = () => {
        unset()
        cancels.delete(cancel)
      }
      const unset = backgroundClock.after(ms, () => {
        cancel()
        run()
      })
      cancels.add(cancel)
      return cancel
    },
  }
  const flush = () => {
    busy = true
    while (pending.length > 0) changes.next(pending.shift() as C)
    busy = false
  }
  const tell = (change?: C) => {
    list = undefined
    if (!isListDue && lists.observed) {
      isListDue = true
      clock.after(options.listInterval, () => {
        isListDue = false
        lists.next()
      })
    }
    if (!change) return
    pending.push(change)
    if (!busy) flush()
  }
  const settleDoubt = () => {
    if (isDoubtful) core.lost()
    isDoubtful = false
  }
  const core = build(options, clock, tell)
  const present = () => (list ??= [...core.current.values()])

  const holding = <V>(feed: (subscriber: Subscriber<V>) => void) =>
    new Observable<V>(subscriber => {
      feed(subscriber)
      if (subscriber.closed || glanced) return
      subscriber.add(
        connection.holding$.subscribe({
          error: error => {
            // what was last known comes before it
            lists.next()
            subscriber.error(error)
          },
        }),
      )
    })
  const close = () => {
    trackers.delete(observer)
    for (const cancel of cancels) cancel()
    since = undefined
    lists.complete()
    changes.complete()
  }
  const observer: SessionObserver = {
    event: event => {
      busy = true
      core.event(event)
    },
    eventDispatched: flush,
    response: () => {},
    sessionStarted: at => {
      since = at
      settleDoubt()
      torn = false
    },
    sessionEnded: () => {
      since = undefined
      torn = true
      core.lost()
    },
    connectionFailed: () => {},
    closed: close,
  }
  trackers.add(observer)
  if (connection.status.state === 'closed') close()

  const face: Face<T, C, S> = {
    current: core.current,
    list$: holding<readonly T[]>(subscriber => {
      let shown: readonly T[] | undefined
      // one who joins between two emissions has seen the present already
      const show = () => {
        if (shown === present()) return
        shown = present()
        subscriber.next(shown)
      }
      glanced?.push(present())
      show()
      subscriber.add(lists.subscribe({ next: show, complete: () => subscriber.complete() }))
    }),
    change$: holding<C>(subscriber => changes.subscribe(subscriber)),
    get since() {
      return since
    },
    seed: seeds => {
      // who seeds while told of the gap has the new session already
      if (connection.isLoggedIn) settleDoubt()
      else isDoubtful = torn
      core.seed(seeds, Date.now())
    },
    close,
  }
  return Object.assign(face, core.more)
}
