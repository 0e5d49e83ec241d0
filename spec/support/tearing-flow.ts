import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
// fake timers of a spec must not stop the network
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from 'node:timers'
import type { Cancel, Clock } from '../../src/shared/clock.js'

/** Kind of a tear, on both sides: a TCP reset, or an unexpected TCP end. */
export type Tear = 'reset' | 'end'

/** Size and pause of the pieces in which bytes pass. */
export interface Pace {
  /** Bytes of a piece, at least 1. */
  bytes: number
  /** ms between two pieces; 0 is one piece in each turn of the event loop. @default 0 */
  every?: number
}

/**
 * One direction of one connection. Every setting can be changed at any time and counts from then on. Bytes keep their
 * order whatever happens, and the sender's end (or reset) comes after its bytes.
 */
export interface Flow {
  /** Number of bytes passed to the receiver since the connection began. */
  readonly passed: number
  /**
   * Runs `act` when exactly `bytes` have passed since the connection began, before the next one does; a chunk is split
   * for it. Runs `act` at once when as many have passed already. Throws `RangeError` for what is not a count of bytes.
   */
  after(bytes: number, act: () => void): void
  /** Resolves at the same moment. Rejects when the connection closes before. */
  reached(bytes: number): Promise<void>
  /** Holds bytes that come from now on for `ms`; 0 ends it, but not for bytes held already. */
  delay(ms: number): void
  /** Passes nothing until `resume`: the sender's buffers fill up, and the receiver sees the sender's end only then. */
  stall(): void
  resume(): void
  /** Passes bytes in small pieces. `undefined` ends it. Throws `RangeError` for a pace at which nothing would pass. */
  trickle(pace: Pace | undefined): void
  /**
   * Tears the connection when `bytes` have passed in this direction since it began; at once when as many or more have.
   * The receiver's system gets these bytes and never another one, unless it is more than a buffer behind (64 KiB and
   * up), which a tear throws away. Bytes held in the other direction are lost. A new call replaces the old one,
   * `Infinity` calls it off. `how` @default 'reset'
   */
  tearAfter(bytes: number, how?: Tear): void
  /** Ends this direction after the bytes read so far; later bytes are swallowed. The other direction lives on. */
  halfClose(): void
}

/** A flow, for its connection. */
export interface OwnedFlow extends Flow {
  /** Ends the flow, and leaves no timer behind. */
  stop(): void
}

/** The time of delays and pauses. */
export type NetworkClock = Pick<Clock, 'elapsed' | 'after'>

/** The clock of the runtime, even while a spec has fake timers. */
export const networkClock: NetworkClock = {
  elapsed: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

interface FlowParts {
  source: Socket
  destination: Socket
  tear: (how: Tear) => void
  closed: Promise<unknown>
  clock: NetworkClock
}

/** An act at a byte. */
interface Mark {
  readonly at: number
  readonly act: () => void
}

/** Bytes that a flow holds before its sender is paused. */
const ROOM = 65_536

export function createFlow({ source, destination, tear, closed, clock }: FlowParts): OwnedFlow {
  const queue: { bytes: Buffer; due: number }[] = []
  let held = 0
  let passed = 0
  /** Marks ahead, by byte; equal ones in the order of the calls. */
  let marks: Mark[] = []
  let tearMark: Mark | undefined
  let lag = 0
  let pace: Pace | undefined
  let stalled = false
  /** True while the receiver reads slower than the sender writes. */
  let full = false
  let isSwallowing = false
  let ending: Tear | undefined
  let over = false
  let pumping = false
  /** Present while a timer runs, for a delay or between two pieces. */
  let cancelTimer: Cancel | undefined

  const sleep = (ms: number) => {
    const wake = () => {
      cancelTimer = undefined
      pump()
    }
    const turn = ms > 0 ? undefined : setImmediate(wake)
    const cancel = ms > 0 ? clock.after(ms, wake) : () => clearImmediate(turn)
    cancelTimer = () => {
      cancel()
      cancelTimer = undefined
    }
  }

  const pass = (head: { bytes: Buffer }) => {
    const size = Math.min(head.bytes.length, pace?.bytes ?? Infinity, (marks[0]?.at ?? Infinity) - passed)
    const piece = head.bytes.subarray(0, size)
    if (size === head.bytes.length) queue.shift()
    else head.bytes = head.bytes.subarray(size)
    held -= size
    passed += size
    full = !destination.write(piece)
    if (pace !== undefined) sleep(pace.every ?? 0)
    const due = marks.filter(({ at }) => at <= passed)
    marks = marks.slice(due.length)
    for (const { act } of due) act()
  }

  const passEnd = () => {
    if (ending === 'reset') tear('reset')
    else if (ending === 'end') destination.end()
  }

  /** Passes the next piece, or waits for its time; false when nothing can pass. */
  const passNext = () => {
    if (over || stalled || full || cancelTimer !== undefined) return false
    const head = queue[0]
    if (head === undefined) {
      passEnd()
      return false
    }
    const wait = head.due === 0 ? 0 : head.due - clock.elapsed()
    if (wait > 0) sleep(Math.ceil(wait))
    else pass(head)
    return true
  }

  const pump = () => {
    // an act at a byte may change a setting: nothing more passes before it has run, and then all settings are read anew
    if (pumping) return
    pumping = true
    while (passNext());
    pumping = false
    if (held > ROOM) source.pause()
    else source.resume()
  }

  const end = (how: Tear) => {
    if (ending !== 'reset') ending = how
    pump()
  }

  source.on('data', (bytes: Buffer) => {
    if (isSwallowing) return
    queue.push({ bytes, due: lag === 0 ? 0 : clock.elapsed() + lag })
    held += bytes.length
    pump()
  })
  source.on('end', () => end('end'))
  source.on('close', hadError => hadError && end('reset'))
  destination.on('drain', () => {
    full = false
    pump()
  })

  const put = (mark: Mark) => {
    if (!(mark.at >= 0) || (mark.at !== Infinity && !Number.isInteger(mark.at)))
      throw new RangeError(`${mark.at} is not a count of bytes`)
    if (mark.at <= passed) return mark.act()
    const next = marks.findIndex(({ at }) => at > mark.at)
    marks.splice(next < 0 ? marks.length : next, 0, mark)
  }

  return {
    get passed() {
      return passed
    },
    after: (at, act) => put({ at, act }),
    reached: bytes =>
      new Promise((resolve, reject) => {
        put({ at: bytes, act: resolve })
        void closed.then(() => reject(new Error(`the connection closed when ${passed} bytes had passed, not ${bytes}`)))
      }),
    delay: ms => {
      lag = ms
    },
    stall: () => {
      stalled = true
      pump()
    },
    resume: () => {
      stalled = false
      pump()
    },
    trickle: wanted => {
      if (wanted !== undefined && !(wanted.bytes >= 1))
        throw new RangeError(`nothing would pass in pieces of ${wanted.bytes} bytes`)
      pace = wanted
      // a long pause of the old pace is over, too; bytes that are still delayed wait again
      cancelTimer?.()
      pump()
    },
    tearAfter: (at, how = 'reset') => {
      marks = marks.filter(mark => mark !== tearMark)
      tearMark = { at, act: () => tear(how) }
      put(tearMark)
    },
    halfClose: () => {
      isSwallowing = true
      end('end')
    },
    stop: () => {
      over = true
      cancelTimer?.()
    },
  }
}
