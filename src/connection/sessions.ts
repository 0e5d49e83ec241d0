import { type Observable, Subject } from 'rxjs'
import type { ConnectionLoss } from './loss.js'

/** A stretch of time in which events may have been lost. Emitted at every login but the client's first, before that session's first event. */
export interface Gap {
  /** ms since the epoch: the last frame or pong of the old session. */
  from: number
  /** ms since the epoch: the 202 of the new session. */
  to: number
  /** The new session. */
  session: number
  /** What ended the old session. */
  reason: ConnectionLoss
}

/** The logins of a client, and what lies between them. */
export interface Sessions {
  /** How many there have been. */
  readonly count: number
  /** From a login to its end. */
  readonly live: boolean
  readonly gap$: Observable<Gap>
  /** A login. `gap`: what is to be told once the login was. */
  begin(): { at: number; session: number; gap: Gap | undefined }
  tell(gap: Gap): void
  /** Something came from the PBX. */
  heard(): void
  /** It was an event. */
  eventful(): void
  /** Ends the session, if there is one, and says what it was worth. */
  end(reason: ConnectionLoss): { eventful: boolean; lasted: number } | undefined
  complete(): void
}

export function createSessions(now: () => number): Sessions {
  const gaps = new Subject<Gap>()
  let count = 0
  let session: { since: number; heardAt: number; eventful: boolean } | undefined
  /** The end of the last session, until the next one begins. */
  let ended: Pick<Gap, 'from' | 'reason'> | undefined

  return {
    get count() {
      return count
    },
    get live() {
      return session !== undefined
    },
    gap$: gaps.asObservable(),
    begin: () => {
      const at = now()
      count += 1
      const gap = ended && { ...ended, to: at, session: count }
      ended = undefined
      session = { since: at, heardAt: at, eventful: false }
      return { at, session: count, gap }
    },
    tell: gap => gaps.next(gap),
    heard: () => {
      if (session !== undefined) session.heardAt = now()
    },
    eventful: () => {
      if (session !== undefined) session.eventful = true
    },
    end: reason => {
      if (session === undefined) return undefined
      const { since, heardAt, eventful } = session
      ended = { from: heardAt, reason }
      session = undefined
      return { eventful, lasted: now() - since }
    },
    complete: () => gaps.complete(),
  }
}
