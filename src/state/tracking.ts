import { Subject } from 'rxjs'
import type { PbxEvent } from '../protocol/events.js'
import { type Listener, type TrackableClient, tapOf } from '../tap.js'
import type { Clock } from './deadlines.js'
import { createPresent, held } from './present.js'

/** What every tracker has around its core: the client it listens to, and the streams it tells. */
export interface Tracking<T, C> {
  readonly list$: ReturnType<typeof createPresent<T>>['list$']
  readonly change$: ReturnType<typeof held<C>>
  readonly since: number | undefined
  /** The list is not what it was. */
  altered(): void
  /** To be told when everybody has absorbed what brought it about; at once if nothing did but time or a seed. */
  change(change: C): void
  /** A snapshot of this moment is about to be merged. */
  seeded(): void
  /** Begins to listen. */
  listen(core: Core): void
  close(): void
}

export interface Core {
  event(event: PbxEvent): void
  lost(): void
  close(): void
}

export function createTracking<T, C>(client: TrackableClient, { listInterval, read }: { listInterval: number; read: () => readonly T[] }): Tracking<T, C> {
  const tap = tapOf(client)
  const changes = new Subject<C>()
  const present = createPresent<T>({ read, interval: listInterval, after, tap })
  let pending: C[] = []
  let absorbing = false
  let telling = false
  let close = () => {}
  // created under way, it knows nothing of what the session has told before
  let since = tap.live ? Date.now() : undefined
  /** A session has ended, and no other has begun. */
  let torn = false
  /** What was seeded meanwhile may have changed before the login. */
  let isDoubtful = false
  let becomeStale = () => {}
  const settleDoubt = () => {
    if (isDoubtful) becomeStale()
    isDoubtful = false
  }

  const tell = () => {
    // what somebody causes who is just told comes after what they are told
    if (telling) return
    telling = true
    while (pending.length > 0) {
      const batch = pending
      pending = []
      for (const change of batch) changes.next(change)
    }
    telling = false
  }

  return {
    list$: present.list$,
    change$: held(changes, tap),
    get since() {
      return since
    },
    altered: present.altered,
    change: change => {
      pending.push(change)
      if (!absorbing) tell()
    },
    seeded: () => {
      // who seeds while told of the gap has the new session already
      if (tap.live) settleDoubt()
      else isDoubtful = torn
    },
    listen: core => {
      becomeStale = () => {
        core.lost()
        present.altered()
      }
      const listener: Listener = {
        absorb: event => {
          absorbing = true
          core.event(event)
          absorbing = false
        },
        tell,
        began: at => {
          since = at
          settleDoubt()
          torn = false
        },
        lost: () => {
          since = undefined
          torn = true
          becomeStale()
        },
        closed: () => close(),
      }
      const leave = tap.listen(listener)
      close = () => {
        leave()
        core.close()
        since = undefined
        present.complete()
        changes.complete()
      }
      if (tap.isClosed) close()
    },
    close: () => close(),
  }
}

/** A tracker keeps no process alive. */
const after: Clock['after'] = (ms, run) => {
  const timer: unknown = setTimeout(run, ms)
  if (typeof timer === 'object' && timer !== null && 'unref' in timer) (timer as { unref: () => void }).unref()
  return () => clearTimeout(timer as ReturnType<typeof setTimeout>)
}

/** A clock that nobody sets: a wall clock that jumps must not end calls. */
export const steadyClock: Clock = { now: () => performance.now(), after }
