import { InvalidOptionsError } from '../../client/errors.js'
import { LONGEST } from '../../client/options.js'
import { InvalidRecordingError } from '../errors.js'
import { isKind, isTime, type RecordedLine, type Recording } from './recording.js'

/** How a recording is played. */
export interface PlayOptions {
  /** 1 is as recorded, 10 ten times as fast, Infinity all at once. @default 1 */
  speed?: number | undefined
  /** Stops the playing when it aborts; the promise then rejects with its reason. */
  signal?: AbortSignal | undefined
}

/** Those to whom a recording is played. */
export interface Audience {
  send(frame: object | string | Uint8Array): void
  /** How many are logged in. */
  present(): number
  /** Closes their connections, after all that was sent. */
  dismiss(code: number): void
  /** Resolves when so many are logged in. */
  gathered(count: number): Promise<void>
  /** The simulator is closed. */
  readonly closed: AbortSignal
}

/** ms for which those who were sent away are waited for: more than the longest wait of a client between two tries. */
const PATIENCE = 60_000
/** The server goes away. */
const GOING_AWAY = 1001

/**
 * Sends each frame when its time has come, counted from now; frames whose time is the same in one go. Where a connection was lost it closes those of
 * the audience, and goes on when they have come back. Resolves when all were sent, or at once and quietly when `closed` aborts; rejects with the reason of
 * `signal`, or for options that cannot be played.
 */
export function play(recording: Recording, options: PlayOptions, audience: Audience): Promise<void> {
  const { speed = 1, signal } = options
  const { closed } = audience
  return new Promise((resolve, reject) => {
    check(recording, speed)
    let start = performance.now()
    let next = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    let over = false
    /** What is between a loss and the next login came before its 202: it waits for that. */
    let away = false
    const early: RecordedLine[] = []
    /** Who heard of the session: so many should come to the next. */
    let heard = audience.present()

    const stop = () => {
      over = true
      clearTimeout(timer)
      closed.removeEventListener('abort', quit)
      signal?.removeEventListener('abort', abort)
    }
    const quit = () => {
      stop()
      resolve()
    }
    const abort = () => {
      stop()
      reject(signal?.reason)
    }
    const send = (line: RecordedLine) => {
      if (isEvent(line)) heard = audience.present()
      audience.send(contentOf(line))
    }
    /** The rhythm goes on from the moment at which they are back. */
    const reopen = (line: RecordedLine) => {
      let waiting = true
      const goOn = () => {
        if (!waiting || over) return
        waiting = false
        clearTimeout(timer)
        away = false
        start = Math.max(start, performance.now() - line.t / speed)
        attempt(() => {
          for (const held of early.splice(0)) send(held)
          go()
        })
      }
      timer = setTimeout(goOn, PATIENCE)
      audience.gathered(heard).then(goOn, () => {})
    }
    const go = () => {
      for (let line = recording[next]; line !== undefined; line = recording[next]) {
        const wait = start + line.t / speed - performance.now()
        if (wait > 0) {
          // a longer wait is made of several
          timer = setTimeout(() => attempt(go), Math.min(wait, LONGEST))
          return
        }
        next += 1
        if (line.kind === 'close') {
          away = true
          audience.dismiss(sendable(line.frame.code))
        } else if (line.kind === 'login') {
          if (away) return reopen(line)
        } else if (away) early.push(line)
        else send(line)
      }
      quit()
    }
    const attempt = (step: () => void) => {
      try {
        step()
      } catch (error) {
        stop()
        reject(error)
      }
    }

    if (closed.aborted) return resolve()
    if (signal?.aborted) return abort()
    closed.addEventListener('abort', quit)
    signal?.addEventListener('abort', abort)
    attempt(go)
  })
}

function contentOf(line: RecordedLine): object | string | Uint8Array {
  switch (line.kind) {
    case 'text':
      return line.frame.text
    case 'binary':
      return Buffer.from(line.frame.base64, 'base64')
    default:
      return line.frame
  }
}

/** Who has heard a response may be on the way out already. */
function isEvent(line: RecordedLine): boolean {
  return line.kind === undefined && 'event' in line.frame
}

/** A torn connection has a code that no close frame can carry; torn again it could take frames with it that are still on their way, so it is closed. */
function sendable(code: number): number {
  const can = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999)
  return can ? code : GOING_AWAY
}

function check(recording: Recording, speed: number): void {
  if (typeof speed !== 'number' || !(speed > 0))
    throw new InvalidOptionsError(`'speed' must be a number above 0, Infinity for all at once; not ${String(speed)}.`)
  if (!Array.isArray(recording))
    throw new InvalidRecordingError('A recording is an array of { t, frame }; parseRecording() makes one of a text.')
  for (const [index, line] of recording.entries()) {
    if (!isTime(line?.t) || typeof line.frame !== 'object' || line.frame === null || !isKind(line.kind, line.frame)) {
      throw new InvalidRecordingError(
        `Entry ${index} of the recording is not { t, frame } with t in milliseconds; parseRecording() makes a recording of a text.`,
      )
    }
  }
}
