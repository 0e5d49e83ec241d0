import type { Cancel, Clock } from '../../shared/clock.js'
import { LONGEST_DELAY } from '../../shared/clock.js'
import { GOING_AWAY, isSendable } from '../../shared/close-codes.js'
import { InvalidOptionsError } from '../../shared/invalid-options-error.js'
import { InvalidRecordingError } from '../errors.js'
import { isLine, type RecordedLine, type Recording } from './recording.js'

/** The options of `Simulator.play`. */
export interface PlayOptions {
  /** 1 is the recorded rhythm, 10 ten times as fast, Infinity all at once. @default 1 */
  speed?: number | undefined
  /** Stops the playing when it aborts; the promise then rejects with its reason. */
  signal?: AbortSignal | undefined
}

/** The logged-in clients to whom a recording is played. */
export interface Audience {
  send(frame: object | string | Uint8Array): void
  /** Number of logged-in clients. */
  count(): number
  /** Closes the connections, after everything that was sent. */
  close(code: number): void
  /** Resolves when this many clients are logged in. */
  gathered(count: number): Promise<void>
}

export interface PlaybackParts {
  audience: Audience
  clock: Clock
  /** Aborted when the simulator closes. */
  closed: AbortSignal
}

/** ms for which closed clients are waited for: more than the longest wait of a client between two attempts. */
const REUNION_TIMEOUT = 60_000

/** The content of a frame that is sent. */
function contentOf(line: Exclude<RecordedLine, { kind: 'close' | 'login' }>): object | string | Uint8Array {
  switch (line.kind) {
    case 'text':
      return line.frame.text
    case 'binary':
      return Buffer.from(line.frame.base64, 'base64')
    default:
      return line.frame
  }
}

function isEvent(line: RecordedLine): boolean {
  return line.kind === undefined && 'event' in line.frame
}

/**
 * The close code that stands for a recorded one. The code of a torn connection cannot be sent in a close frame, and
 * tearing the connection again could lose frames that are still on their way.
 */
function toSendable(code: number): number {
  return isSendable(code) ? code : GOING_AWAY
}

function check(recording: Recording, speed: number): void {
  if (typeof speed !== 'number' || !(speed > 0))
    throw new InvalidOptionsError(`'speed' must be a number above 0, Infinity for all at once; not ${String(speed)}.`)
  if (!Array.isArray(recording))
    throw new InvalidRecordingError('A recording is an array of { t, frame }; parseRecording() makes one of a text.')
  for (const [index, line] of recording.entries()) {
    if (!isLine(line))
      throw new InvalidRecordingError(
        `Entry ${index} of the recording is not { t, frame } with t in milliseconds; parseRecording() makes a recording of a text.`,
      )
  }
}

/** The playing of one recording. */
class Playback {
  readonly #recording: Recording
  readonly #speed: number
  readonly #audience: Audience
  readonly #clock: Clock
  /** Called once, at the end or with the error that ended the playing. */
  readonly #onOver: (error?: unknown) => void
  /** Reading of the clock at which the recording began. */
  #start: number
  #next = 0
  #cancelTimer: Cancel = () => {}
  #isOver = false
  /** Between a loss and the next login. */
  #isAway = false
  /** Frames between a loss and the next login: they came before its 202, and are sent after it. */
  readonly #early: Exclude<RecordedLine, { kind: 'close' | 'login' }>[] = []
  /** Number of clients that got the last event, and should come to the next session. */
  #sessionSize: number

  constructor(
    recording: Recording,
    speed: number,
    { audience, clock }: Pick<PlaybackParts, 'audience' | 'clock'>,
    onOver: (error?: unknown) => void,
  ) {
    this.#recording = recording
    this.#speed = speed
    this.#audience = audience
    this.#clock = clock
    this.#onOver = onOver
    this.#start = clock.elapsed()
    this.#sessionSize = audience.count()
  }

  stop(): void {
    this.#isOver = true
    this.#cancelTimer()
  }

  /** Plays every line that is due, and sets a timer for the next one. */
  advance(): void {
    try {
      this.#playDue()
    } catch (error) {
      this.#end(error)
    }
  }

  #playDue(): void {
    for (let line = this.#recording[this.#next]; line !== undefined; line = this.#recording[this.#next]) {
      // whole ms: a timer of a fraction could fire at the same reading of the clock, for ever
      const wait = Math.ceil(this.#start + line.t / this.#speed - this.#clock.elapsed())
      if (wait > 0) {
        // a longer wait is made of several timers
        this.#cancelTimer = this.#clock.after(Math.min(wait, LONGEST_DELAY), () => this.advance())
        return
      }
      this.#next += 1
      if (line.kind === 'login' && this.#isAway) return this.#awaitClients(line.t)
      this.#play(line)
    }
    this.#end()
  }

  #play(line: RecordedLine): void {
    if (line.kind === 'login') return
    if (line.kind === 'close') {
      this.#isAway = true
      this.#audience.close(toSendable(line.frame.code))
    } else if (this.#isAway) this.#early.push(line)
    else this.#send(line)
  }

  #send(line: Exclude<RecordedLine, { kind: 'close' | 'login' }>): void {
    // a client that gets a response may already be logging out
    if (isEvent(line)) this.#sessionSize = this.#audience.count()
    this.#audience.send(contentOf(line))
  }

  /** Waits until the clients of the last session are back. The rhythm goes on from that moment. */
  #awaitClients(t: number): void {
    let isWaiting = true
    const goOn = () => {
      if (!isWaiting || this.#isOver) return
      isWaiting = false
      this.#cancelTimer()
      this.#isAway = false
      this.#start = Math.max(this.#start, this.#clock.elapsed() - t / this.#speed)
      try {
        for (const line of this.#early.splice(0)) this.#send(line)
      } catch (error) {
        return this.#end(error)
      }
      this.advance()
    }
    this.#cancelTimer = this.#clock.after(REUNION_TIMEOUT, goOn)
    this.#audience.gathered(this.#sessionSize).then(goOn, () => {})
  }

  #end(error?: unknown): void {
    this.stop()
    this.#onOver(error)
  }
}

/**
 * Sends each frame of a recording at its time, counted from now; frames of the same time in one go. At a lost
 * connection the clients are closed, and the playing goes on when they are back. Resolves when all frames were sent, or
 * at once and quietly when `closed` aborts. Rejects with the reason of `signal`, or for options that cannot be played.
 */
export function play(recording: Recording, options: PlayOptions, parts: PlaybackParts): Promise<void> {
  const { speed = 1, signal } = options
  const { closed } = parts
  return new Promise((resolve, reject) => {
    check(recording, speed)
    if (closed.aborted) return resolve()
    if (signal?.aborted) return reject(signal.reason)
    const release = () => {
      playback.stop()
      closed.removeEventListener('abort', quit)
      signal?.removeEventListener('abort', abort)
    }
    const quit = () => {
      release()
      resolve()
    }
    const abort = () => {
      release()
      reject(signal?.reason)
    }
    const playback = new Playback(recording, speed, parts, error => {
      release()
      if (error === undefined) resolve()
      else reject(error)
    })
    closed.addEventListener('abort', quit)
    signal?.addEventListener('abort', abort)
    playback.advance()
  })
}
