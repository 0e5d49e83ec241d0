import type { Clock } from '../../shared/clock.js'
import { createRandom, type Random } from '../random.js'
import type { ClientSocket } from './client-socket.js'
import { createDelayLine } from './delay-line.js'
import type { ResolvedFaults } from './faults.js'
import { disturb } from './frame-faults.js'
import { type Held, hold } from './held-frame.js'
import type { Message } from './message.js'

/** Kind of a frame. `login`: everything before the 202, and the 202. `answer`: a response to an action. */
export type FrameKind = 'greeting' | 'login' | 'answer' | 'other'

/**
 * The way of frames to one client, through the faults in force. Without faults a frame is on the wire when `send`
 * returns.
 */
export interface Delivery {
  send(message: Message, kind: FrameKind): void
  /** Starts the closing handshake, after everything that was sent. */
  close(code: number, reason?: string): void
  /** Replaces the faults. Everything that the old ones hold back goes out at once. */
  setFaults(faults: ResolvedFaults | undefined): void
  /** Forgets everything that is held back, after the connection has ended. */
  end(): void
}

export interface DeliveryParts {
  /** Id of the client, from which together with the seed the chance is drawn. */
  id: number
  socket: Pick<ClientSocket, 'send' | 'close'>
  clock: Clock
}

/** ms that a frame waits for its successor, to change places with. */
const SWAP_WITHIN = 100

function draw([min, max]: readonly [number, number], random: Random): number {
  return min === max ? min : min + random.next() * (max - min)
}

export function createDelivery({ id, socket, clock }: DeliveryParts): Delivery {
  const line = createDelayLine(clock)
  /** Answers that a fault delays. */
  const late = new Set<Held>()
  /** The frame that waits to change places with its successor. */
  let swapped: Held | undefined
  let inForce: { faults: ResolvedFaults; random: Random } | undefined

  const drawDelay = () => (inForce === undefined ? 0 : draw(inForce.faults.delay, inForce.random))
  const write = (message: Message, extra = 0) => line.pass(() => socket.send(message), drawDelay() + extra)

  const releaseSwapped = () => {
    const held = swapped
    swapped = undefined
    held?.release()
  }
  /** Writes a frame, possibly after its successor. */
  const writeReordered = (message: Message, { faults, random }: NonNullable<typeof inForce>) => {
    if (swapped === undefined && random.chance(faults.reorder)) {
      swapped = hold(clock, SWAP_WITHIN, () => {
        swapped = undefined
        write(message)
      })
      return
    }
    write(message)
    releaseSwapped()
  }
  const writeDisturbed = (message: Message) => {
    if (inForce === undefined) return write(message)
    for (const one of disturb(message, inForce.faults, inForce.random)) writeReordered(one, inForce)
  }
  const writeLate = (message: Message, ms: number) => {
    const held = hold(clock, ms, () => {
      late.delete(held)
      writeDisturbed(message)
    })
    late.add(held)
  }

  return {
    send: (message, kind) => {
      if (inForce === undefined || kind === 'login') return write(message)
      const { faults, random } = inForce
      if (kind === 'greeting') return write(message, faults.slowGreeting)
      if (faults.muteAfterLogin) return
      if (kind === 'answer' && random.chance(faults.loseAnswers)) return
      if (kind === 'answer' && random.chance(faults.lateAnswers.share))
        return writeLate(message, draw(faults.lateAnswers.by, random))
      writeDisturbed(message)
    },
    close: (code, reason) => {
      releaseSwapped()
      line.pass(() => socket.close(code, reason), drawDelay())
    },
    setFaults: faults => {
      inForce = undefined
      line.flush()
      releaseSwapped()
      for (const held of [...late]) held.release()
      inForce = faults && { faults, random: createRandom(`${faults.seed} ${id}`) }
    },
    end: () => {
      line.discard()
      for (const held of late) held.discard()
      late.clear()
      swapped?.discard()
      swapped = undefined
    },
  }
}
