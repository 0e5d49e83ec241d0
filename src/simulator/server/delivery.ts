import { createRandom, type Random } from '../random.js'
import type { Peer } from './client-socket.js'
import { createDelayLine } from './delay-line.js'
import type { ResolvedFaults } from './faults.js'
import { disturbed } from './frame-faults.js'
import type { Message } from './message.js'

/** `login`: all that is said before the 202, and the 202. `answer`: a response to an action. */
export type FrameKind = 'greeting' | 'login' | 'answer' | 'other'

/** The way of frames to one client, with the faults in force. Without any, what is sent is on the wire when `send` returns. */
export interface Delivery {
  send(message: Message, kind: FrameKind): void
  /** The closing handshake, after all that was sent. */
  close(code: number, reason?: string): void
  /** From now on these; what the old ones hold back goes out at once. */
  setFaults(faults: ResolvedFaults | undefined): void
  /** Forgets what is held back: the connection is gone. */
  end(): void
}

/** ms that a frame waits for the one to change places with. */
const SWAP_WITHIN = 100

/** A timer that can be told to go off now. */
interface Held {
  readonly timer: ReturnType<typeof setTimeout>
  readonly release: () => void
}

export function createDelivery({ id, peer }: { id: number; peer: Pick<Peer, 'send' | 'close'> }): Delivery {
  const line = createDelayLine()
  /** Answers that are late. */
  const late = new Set<Held>()
  let swapping: Held | undefined
  let inForce: { faults: ResolvedFaults; random: Random } | undefined

  const hold = (ms: number, then: () => void): Held => ({ timer: setTimeout(then, ms), release: then })
  const delay = () => (inForce === undefined ? 0 : drawn(inForce.faults.delay, inForce.random))
  const out = (message: Message, extra = 0) => line.pass(() => peer.send(message), delay() + extra)

  const putSwapped = () => {
    const { timer, release } = swapping ?? {}
    swapping = undefined
    clearTimeout(timer)
    release?.()
  }
  const swap = (message: Message, { faults, random }: { faults: ResolvedFaults; random: Random }) => {
    if (swapping === undefined && random.chance(faults.reorder)) {
      swapping = { timer: setTimeout(putSwapped, SWAP_WITHIN), release: () => out(message) }
      return
    }
    out(message)
    putSwapped()
  }
  const disturb = (message: Message) => {
    if (inForce === undefined) return out(message)
    for (const one of disturbed(message, inForce.faults, inForce.random)) swap(one, inForce)
  }
  const comeLate = (message: Message, ms: number) => {
    const held = hold(ms, () => {
      late.delete(held)
      disturb(message)
    })
    late.add(held)
  }

  return {
    send: (message, kind) => {
      if (inForce === undefined || kind === 'login') return out(message)
      const { faults, random } = inForce
      if (kind === 'greeting') return out(message, faults.slowGreeting)
      if (faults.muteAfterLogin) return
      if (kind === 'answer' && random.chance(faults.loseAnswers)) return
      if (kind === 'answer' && random.chance(faults.lateAnswers.share))
        return comeLate(message, drawn(faults.lateAnswers.by, random))
      disturb(message)
    },
    close: (code, reason) => {
      putSwapped()
      line.pass(() => peer.close(code, reason), delay())
    },
    setFaults: faults => {
      inForce = undefined
      line.flush()
      putSwapped()
      for (const { timer, release } of [...late]) {
        clearTimeout(timer)
        release()
      }
      inForce = faults && { faults, random: createRandom(`${faults.seed} ${id}`) }
    },
    end: () => {
      line.discard()
      for (const { timer } of late) clearTimeout(timer)
      late.clear()
      clearTimeout(swapping?.timer)
      swapping = undefined
    },
  }
}

function drawn([min, max]: readonly [number, number], random: Random): number {
  return min === max ? min : min + random.next() * (max - min)
}
