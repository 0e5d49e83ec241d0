import { NEVER, Subject } from 'rxjs'
import { type ClientInternals, type TrackableClient, withInternals } from '../../../src/client/client-internals.js'
import type { SessionObserver } from '../../../src/client/session-observer.js'
import type { PbxEvent } from '../../../src/index.js'
import { eventOf } from './stage.js'

/** As little of a client as a tracker needs, and the server behind it. Its clock is that of the machine. */
export interface Wire {
  readonly pbx: TrackableClient
  readonly trackers: ReadonlySet<SessionObserver>
  /** Events as the wire has them come now. */
  receive(...frames: object[]): void
  /** The session ends. */
  lost(): void
  /** The next session begins; `before` runs when the client is logged in and no tracker knows it yet. */
  began(before?: () => void): void
}

export function createWire(): Wire {
  const trackers = new Set<SessionObserver>()
  const event$ = new Subject<PbxEvent>()
  let seq = 0
  let isLoggedIn = true
  const connection: ClientInternals['connection'] = {
    holding$: NEVER,
    get isLoggedIn() {
      return isLoggedIn
    },
    status: { state: 'online', since: 0, session: 1, pbx: 'unknown' },
  }
  return {
    pbx: withInternals({ event$ }, { connection, trackers }),
    trackers,
    receive: (...frames) => {
      for (const frame of frames) {
        seq += 1
        const event = eventOf(frame, { receivedAt: Date.now(), seq, session: 1 })
        for (const tracker of trackers) tracker.event(event)
        for (const tracker of trackers) tracker.eventDispatched()
        event$.next(event)
      }
    },
    lost: () => {
      isLoggedIn = false
      for (const tracker of trackers) tracker.sessionEnded({ kind: 'torn', message: 'the connection broke' })
    },
    began: before => {
      isLoggedIn = true
      before?.()
      for (const tracker of trackers) tracker.sessionStarted(Date.now())
    },
  }
}
