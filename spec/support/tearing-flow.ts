import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
// a spec's fake clock must not stop the network
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from 'node:timers'

/** How a connection is torn, on both sides: by a TCP reset, or by a TCP end that comes where nobody expects it. */
export type Tear = 'reset' | 'end'

export interface Pace {
  /** The most that passes at a time, at least 1. */
  bytes: number
  /** ms between two pieces; 0 is one piece in each turn of the event loop. @default 0 */
  every?: number
}

/**
 * One direction of one connection. Every setting can be changed at any time and counts from then on; bytes keep their order whatever happens, and the
 * sender's end (or reset) comes after its bytes.
 */
export interface Flow {
  /** Bytes handed on to the receiver since the connection began. */
  readonly passed: number
  /**
   * Runs `act` when exactly `bytes` have passed since the connection began, before the next one does; a chunk is split for it. Runs it at once when as
   * many have passed already. Throws `RangeError` for what is not a count of bytes.
   */
  after(bytes: number, act: () => void): void
  /** Resolves at the same moment. Rejects when the connection closes before. */
  reached(bytes: number): Promise<void>
  /** Bytes that come from now on are held for `ms`; 0 ends it, but not for those held already. */
  delay(ms: number): void
  /** Passes nothing until `resume`: the sender's buffers fill up, and the receiver learns of its end only then. */
  stall(): void
  resume(): void
  /** Passes bytes in small pieces. `undefined` ends it. Throws `RangeError` for a pace at which nothing would pass. */
  trickle(pace: Pace | undefined): void
  /**
   * Tears the connection when `bytes` have passed in this direction since it began; at once when as many or more have. The receiver's system gets them and
   * never another one, and has them all unless it is more than a buffer behind (64 KiB and up), which a tear throws away. What the other direction holds is
   * lost. A new call replaces the old one, `Infinity` calls it off. `how` @default 'reset'
   */
  tearAfter(bytes: number, how?: Tear): void
  /** Tells the receiver the end after what was read so far; what the sender says later is swallowed. The other direction lives on. */
  halfClose(): void
}

/** A flow as its connection sees it. */
export interface OwnedFlow extends Flow {
  /** Passes nothing any more and leaves no timer behind. */
  stop(): void
}

interface FlowParts {
  source: Socket
  destination: Socket
  tear: (how: Tear) => void
  closed: Promise<unknown>
}

interface Mark {
  readonly at: number
  readonly act: () => void
}

/** Bytes held before no more are read. */
const ROOM = 65_536

export function createFlow({ source, destination, tear, closed }: FlowParts): OwnedFlow {
  const queue: { bytes: Buffer; due: number }[] = []
  let held = 0
  let passed = 0
  /** Those ahead, by byte; equal ones in order of asking. */
  let marks: Mark[] = []
  let tearMark: Mark | undefined
  let lag = 0
  let pace: Pace | undefined
  let stalled = false
  /** The receiver does not read as fast as the sender writes. */
  let full = false
  let deaf = false
  let ending: Tear | undefined
  let over = false
  let pumping = false
  /** Present while a timer runs, for a delay or between two pieces. */
  let cancelTimer: (() => void) | undefined

  const sleep = (ms: number) => {
    const wake = () => {
      cancelTimer = undefined
      pump()
    }
    const timer = ms > 0 ? setTimeout(wake, ms) : undefined
    const turn = ms > 0 ? undefined : setImmediate(wake)
    cancelTimer = () => {
      clearTimeout(timer)
      clearImmediate(turn)
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

  const pump = () => {
    // what runs at a byte may change a setting; nothing more passes before all of it has run, and then every setting is looked at anew
    if (pumping) return
    pumping = true
    while (!over && !stalled && !full && cancelTimer === undefined) {
      const head = queue[0]
      if (head === undefined) {
        passEnd()
        break
      }
      const wait = head.due === 0 ? 0 : head.due - performance.now()
      if (wait > 0) sleep(Math.ceil(wait))
      else pass(head)
    }
    pumping = false
    if (held > ROOM) source.pause()
    else source.resume()
  }

  const end = (how: Tear) => {
    if (ending !== 'reset') ending = how
    pump()
  }

  source.on('data', (bytes: Buffer) => {
    if (deaf) return
    queue.push({ bytes, due: lag === 0 ? 0 : performance.now() + lag })
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
      // a long pause of the old pace is over, too; what still has to be held goes back to sleep
      cancelTimer?.()
      pump()
    },
    tearAfter: (at, how = 'reset') => {
      marks = marks.filter(mark => mark !== tearMark)
      tearMark = { at, act: () => tear(how) }
      put(tearMark)
    },
    halfClose: () => {
      deaf = true
      end('end')
    },
    stop: () => {
      over = true
      cancelTimer?.()
    },
  }
}
