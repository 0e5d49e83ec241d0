import type { ActionPolicy } from '../options.js'
import type { PbxResponse } from '../protocol/responses.js'
import { attribute, type Verdict } from './attribution.js'
import { createCandidates } from './candidates.js'
import type { Ticket } from './ticket.js'

/** The one way of actions to the wire, and what is known of those on it. */
export interface Lane {
  /** Something waits, or is on the wire without an outcome. */
  readonly busy: boolean
  /** Queues an action. Order of asking is order of sending. */
  ask(ticket: Ticket): void
  /** Takes back what was not written yet; false when it is too late for that. */
  withdraw(ticket: Ticket): boolean
  /** A confirming event has come. */
  confirmed(ticket: Ticket): void
  /** An answer of the PBX. An action that it rejects is told so. */
  answered(response: PbxResponse): Verdict
  /** A logged-in session has begun. */
  open(): void
  /** It has ended: what is on the wire stays uncertain, what waits goes on waiting for the next. */
  shut(why: string, cause: unknown): void
  /** No session will come: what waits is not sent. */
  giveUp(why: string, cause: unknown): void
}

export interface LaneParts {
  policy: Pick<ActionPolicy, 'settleWithin' | 'concurrency'>
  /** ms since the epoch. */
  now: () => number
  /** Runs something after so many ms; gives what cancels it. */
  after: (ms: number, run: () => void) => () => void
  /** Writes into the live session; false when no byte was handed to the socket, and none ever will be. */
  write: (text: string) => boolean
}

/** Since when an action waits, and what cancels its giving up. */
interface Asked {
  readonly askedAt: number
  readonly cancel: () => void
}

export function createLane({ policy: { settleWithin, concurrency }, now, after, write }: LaneParts): Lane {
  /** In the order of asking. */
  const waiting = new Map<Ticket, Asked>()
  /** What is being handed to the socket, and why it is not to be sent after all should the socket not take it. */
  let handing: { readonly ticket: Ticket; stop?: { readonly why: string; readonly cause?: unknown } } | undefined
  /** On the wire without an outcome: with what cancels the watch for one. */
  const watched = new Map<Ticket, () => void>()
  /** Of those, the ones that keep the next one waiting. */
  const unsettled = new Set<Ticket>()
  const candidates = createCandidates()
  let live = false

  const notSent = (ticket: Ticket, why: string, cause?: unknown) => {
    waiting.get(ticket)?.cancel()
    // one that was told before may have withdrawn this one
    if (waiting.delete(ticket)) ticket.failed({ kind: 'not-sent', why, cause })
  }
  const tooLate = (ticket: Ticket) =>
    notSent(
      ticket,
      `It could not be sent within ${ticket.sendWithin} ms${live && unsettled.size >= concurrency ? ', since earlier actions had no outcome yet' : ', since there was no logged-in connection'}`,
    )

  /** It has an outcome. */
  const settle = (ticket: Ticket) => {
    watched.get(ticket)?.()
    watched.delete(ticket)
    unsettled.delete(ticket)
  }
  const uncertain = (ticket: Ticket, why: string) => {
    // one that was told before may have closed the client
    if (candidates.standing(ticket) !== 'open') return
    settle(ticket)
    candidates.put(ticket, 'uncertain')
    after(ticket.confirmWithin, () => {
      if (candidates.standing(ticket) === 'uncertain') candidates.remove(ticket)
    })
    ticket.failed({ kind: 'uncertain', why })
  }

  /** It is with the socket. */
  const sent = (ticket: Ticket) => {
    ticket.sentAt = now()
    // a socket that breaks as it takes the text ends the session before it returns
    if (!live) {
      ticket.written()
      ticket.failed({ kind: 'uncertain', why: 'The connection was lost as it was written' })
      return
    }
    candidates.put(ticket, 'open')
    unsettled.add(ticket)
    const cancelSettling = after(settleWithin, () => {
      if (unsettled.delete(ticket)) pump()
    })
    const cancelConfirming = after(ticket.confirmWithin, () => {
      uncertain(ticket, `Nothing confirmed it within ${ticket.confirmWithin} ms`)
      pump()
    })
    watched.set(ticket, () => {
      cancelSettling()
      cancelConfirming()
    })
    ticket.written()
  }

  /** Hands the first to the socket. False when the socket takes nothing. */
  const handOver = (ticket: Ticket, asked: Asked): boolean => {
    const frame = encoded(ticket)
    if ('unsendable' in frame) {
      notSent(ticket, frame.unsendable, frame.cause)
      return true
    }
    // what is read of the caller's own object may have called him, too
    if (!waiting.delete(ticket)) return true
    handing = { ticket }
    const isTaken = write(frame.text)
    const { stop } = handing
    handing = undefined
    if (isTaken) {
      asked.cancel()
      sent(ticket)
      return true
    }
    const others = [...waiting]
    waiting.clear()
    for (const [one, its] of [[ticket, asked] as const, ...others]) waiting.set(one, its)
    if (stop !== undefined) notSent(ticket, stop.why, stop.cause)
    return false
  }

  const pump = () => {
    // who is called while one is handed over, a logger for instance, may ask, leave or close, but nothing may go twice
    while (live && handing === undefined && unsettled.size + 1 <= concurrency) {
      const [first] = waiting
      if (first === undefined) return
      const [ticket, asked] = first
      // a timer can be late by any time, when a machine sleeps or a page is frozen
      if (now() - asked.askedAt > ticket.sendWithin) tooLate(ticket)
      else if (!handOver(ticket, asked)) return
    }
  }

  return {
    get busy() {
      return waiting.size > 0 || watched.size > 0 || handing !== undefined
    },
    ask: ticket => {
      waiting.set(ticket, { askedAt: now(), cancel: after(ticket.sendWithin, () => tooLate(ticket)) })
      pump()
    },
    withdraw: ticket => {
      if (handing?.ticket === ticket) handing.stop ??= { why: 'Nobody waited for it any more' }
      const asked = waiting.get(ticket)
      asked?.cancel()
      return waiting.delete(ticket)
    },
    confirmed: ticket => {
      if (candidates.standing(ticket) === undefined || candidates.standing(ticket) === 'confirmed') return
      settle(ticket)
      candidates.put(ticket, 'confirmed')
      after(settleWithin, () => candidates.remove(ticket))
      pump()
    },
    answered: response => {
      const verdict = attribute(response, candidates)
      if (verdict.kind === 'reject') {
        const { ticket, attribution } = verdict
        settle(ticket)
        candidates.remove(ticket)
        const { code, message, errors } = response
        ticket.failed({ kind: 'rejected', code, message, errors, attribution })
      }
      if (verdict.kind === 'all-uncertain') {
        for (const ticket of candidates.open()) uncertain(ticket, `The PBX had an unexpected error: ${response.message} (${response.code})`)
      }
      pump()
      return verdict
    },
    open: () => {
      live = true
      pump()
    },
    shut: (why, cause) => {
      live = false
      const open = candidates.open()
      // an answer to what was written on this connection cannot come on another
      candidates.clear()
      for (const ticket of open) settle(ticket)
      for (const ticket of open) ticket.failed({ kind: 'uncertain', why, cause })
    },
    giveUp: (why, cause) => {
      if (handing !== undefined) handing.stop = { why, cause }
      for (const ticket of [...waiting.keys()]) notSent(ticket, why, cause)
    },
  }
}

/** The target of an action is the caller's own object: it may have changed since it was looked at, or be unreadable. */
function encoded(ticket: Ticket): { readonly text: string } | { readonly unsendable: string; readonly cause?: unknown } {
  try {
    return ticket.encode()
  } catch (error) {
    return { unsendable: error instanceof Error ? error.message : String(error), cause: error }
  }
}
