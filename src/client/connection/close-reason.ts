import { type MonoTypeOperatorFunction, Observable } from 'rxjs'
import type { PbxResponse } from '../../protocol/responses.js'
import type { Clock } from '../../shared/clock.js'
import { quoteForeign } from '../../shared/foreign-text.js'
import { LoginRejectedError } from '../errors.js'
import type { Signal } from './attempt-signal.js'
import { type ConnectionLoss, ConnectionLostError } from './connection-loss.js'
import { isEnd, lossKind } from './retry-policy.js'

/** ms that the server has to close after it said that it would, and in which a complaint explains a close. */
const CLOSE_GRACE = 1_000

/** Parts of its connection that {@link explainClose} uses. */
export interface CloseReasonParts {
  readonly clock: Clock
  /** Takes secrets out of a text: a server could repeat what we sent it. */
  readonly redact: (text: string) => string
  /** How many events of this attempt went past the operators. */
  readonly countEvents: () => number
}

type Complaint = Pick<ConnectionLoss, 'kind' | 'message' | 'code'>

/** The reason of an attempt's end, as its signals give it. */
interface Reason {
  /** The end that the server has announced. */
  readonly announced: ConnectionLostError | undefined
  /** Takes note of a signal before it is passed on. */
  read(signal: Signal): void
  /** The end that a response announces, if it is the first to do so. */
  judge(response: PbxResponse): ConnectionLostError | undefined
  /** A loss with the reason that the server gave for it. */
  explain(error: ConnectionLostError): ConnectionLostError
}

/** The same login again would hammer the account. */
function refusal(message: string, code: number): LoginRejectedError {
  return new LoginRejectedError(
    `The PBX refused the login: ${message} (${code}). It is not tried again: check the API's user name and password, not the web manager's.`,
    { code },
  )
}

function createReason({ clock, redact, countEvents }: CloseReasonParts): Reason {
  let isLoggedIn = false
  let announced: ConnectionLostError | undefined
  /** The loss that the last response but 110 explains; undefined when that response explains nothing. */
  let complaint: Complaint | undefined
  let complainedAt = 0
  let countWhenComplained = 0

  // a complaint explains nothing after a second, nor after an event: the PBX works again
  const currentComplaint = () =>
    clock.now() - complainedAt > CLOSE_GRACE || countEvents() !== countWhenComplained ? undefined : complaint

  return {
    get announced() {
      return announced
    },
    read: signal => {
      if (signal.kind === 'online') isLoggedIn = true
      if (signal.kind === 'online' || signal.kind === 'event') complaint = undefined
    },
    judge: response => {
      const { code } = response
      const message = quoteForeign(redact(response.message))
      if (code !== 110) {
        // before the login every error answers our login, whatever its words
        const kind = lossKind(response) ?? (!isLoggedIn && code >= 400 ? 'server-error' : undefined)
        complaint = kind && { kind, message, code }
        complainedAt = clock.now()
        countWhenComplained = countEvents()
      }
      if (!isEnd(response, isLoggedIn)) return undefined
      const loss: ConnectionLoss = { kind: 'closed', message, code, ...currentComplaint() }
      announced = new ConnectionLostError(loss, code === 401 && !isLoggedIn ? refusal(message, code) : undefined)
      return announced
    },
    explain: ({ loss, cause }) => {
      if (announced) return new ConnectionLostError({ ...loss, ...announced.loss }, announced.cause)
      const isUnexplained = loss.kind === 'closed' || loss.kind === 'torn'
      return new ConnectionLostError({ ...loss, ...(isUnexplained && currentComplaint()) }, cause)
    },
  }
}

/**
 * Gives the end of an attempt its exact reason. The server names the reason in a response, then says 110, then closes
 * (document: 'Prihlasovanie'). Frames that still come in between are passed on; the stream errors when the socket ends, or a
 * second after the first such notice if the socket does not end.
 */
export function explainClose(parts: CloseReasonParts): MonoTypeOperatorFunction<Signal> {
  return source =>
    new Observable(subscriber => {
      const reason = createReason(parts)
      subscriber.add(
        source.subscribe({
          next: signal => {
            // a 202 after a refusal or a notice of the end begins nothing
            if (signal.kind === 'online' && reason.announced) return
            reason.read(signal)
            subscriber.next(signal)
            if (signal.kind !== 'response' || reason.announced) return
            const end = reason.judge(signal.response)
            // a subscriber that has left on this very response, as after a logout's 110, takes the timer with it
            if (end) subscriber.add(parts.clock.after(CLOSE_GRACE, () => subscriber.error(end)))
          },
          error: (error: ConnectionLostError) => subscriber.error(reason.explain(error)),
        }),
      )
    })
}
