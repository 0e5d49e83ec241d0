import { InvalidOptionsError } from '../errors.js'
import { LONGEST } from '../options.js'
import { InvalidRecordingError } from './errors.js'
import { isTime, type Recording } from './recording.js'

/** How a recording is played. */
export interface PlayOptions {
  /** 1 is as recorded, 10 ten times as fast, Infinity all at once. @default 1 */
  speed?: number | undefined
  /** Stops the playing when it aborts; the promise then rejects with its reason. */
  signal?: AbortSignal | undefined
}

/**
 * Sends each frame when its time has come, counted from now; frames whose time is the same in one go. Resolves when all were sent, or at once and
 * quietly when `closed` aborts; rejects with the reason of `signal`, or for options that cannot be played.
 */
export function play(recording: Recording, options: PlayOptions, { send, closed }: { send: (frame: object) => void; closed: AbortSignal }): Promise<void> {
  const { speed = 1, signal } = options
  return new Promise((resolve, reject) => {
    check(recording, speed)
    const start = performance.now()
    let next = 0
    let timer: ReturnType<typeof setTimeout> | undefined

    const stop = () => {
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
    const go = () => {
      for (let line = recording[next]; line !== undefined; line = recording[next]) {
        const wait = start + line.t / speed - performance.now()
        if (wait > 0) {
          // a longer wait is made of several
          timer = setTimeout(go, Math.min(wait, LONGEST))
          return
        }
        next += 1
        try {
          send(line.frame)
        } catch (error) {
          stop()
          return reject(error)
        }
      }
      quit()
    }

    if (closed.aborted) return resolve()
    if (signal?.aborted) return abort()
    closed.addEventListener('abort', quit)
    signal?.addEventListener('abort', abort)
    go()
  })
}

function check(recording: Recording, speed: number): void {
  if (typeof speed !== 'number' || !(speed > 0))
    throw new InvalidOptionsError(`'speed' must be a number above 0, Infinity for all at once; not ${String(speed)}.`)
  for (const [index, line] of recording.entries()) {
    if (!isTime(line?.t) || typeof line.frame !== 'object' || line.frame === null) {
      throw new InvalidRecordingError(
        `Entry ${index} of the recording is not { t, frame } with t in milliseconds; parseRecording() makes a recording of a text.`,
      )
    }
  }
}
