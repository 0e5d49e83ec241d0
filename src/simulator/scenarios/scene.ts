import { createExchange } from '../exchange/exchange.js'
import type { ExchangeCommands } from '../exchange/exchange-api.js'
import type { ExchangePlan } from '../exchange/exchange-config.js'
import type { RecordedFrame, Recording } from '../recordings/recording.js'
import { responseFor } from '../server/response-table.js'
import type { Refused } from '../server/telephony.js'

/** A recording of something that was seen or reported of the live service. */
export interface Scene {
  /** The point of the scene, in a sentence. */
  readonly about: string
  /** Gives the frames of a logged-in client. The same at every call. */
  readonly record: () => Recording
}

/** The exchange and the time of a scene. */
export interface Stage {
  readonly exchange: ExchangeCommands
  /** Lets ms pass. */
  wait(ms: number): void
  /** Records the response to a client's action; none for an action that was carried out. */
  respond(refused: Refused | undefined): void
}

/** Start of every scene: ms since the epoch. */
const START = 1_795_500_000_000
/** ms from the last act to the end of a scene. */
const END = 120_000
/** Seconds between the ids of two playings of a scene. */
const PLAY_DISTANCE = 10_000
/** `call_random_id` of the calls that scenes create. */
export const RANDOM_ID = 'scene1'

/** Makes a scene that people play at an exchange, in virtual time. */
export function scene(
  about: string,
  plan: ExchangePlan,
  act: (stage: Stage) => void,
  seed: number | string = 1,
): Scene {
  const record = () => {
    const frames: RecordedFrame[] = []
    const exchange = createExchange(plan, {
      seed,
      start: START,
      tell: (frame, at) => frames.push({ t: at - START, frame }),
    })
    const wait = (ms: number) => exchange.advance(exchange.now + ms)
    const respond = (refused: Refused | undefined) => {
      if (refused !== undefined) frames.push({ t: exchange.now - START, frame: responseFor(refused) })
    }
    act({ exchange, wait, respond })
    wait(END)
    return frames
  }
  return { about, record }
}

/** Replaces the ids of a scene by ids of its own for each playing, since no exchange uses an id twice. */
export function withOwnIds(recording: Recording, play: number): Recording {
  const shift = (id: unknown) =>
    String(id).replace(/^\d{10}(?=\.)/, epoch => String(Number(epoch) + play * PLAY_DISTANCE))
  return recording.map(({ t, frame }) => {
    const copy: Record<string, unknown> = { ...frame }
    for (const field of ['unique_id', 'from_queue_unique_id'])
      if (typeof copy[field] === 'string') copy[field] = shift(copy[field])
    if (copy['call_random_id'] === RANDOM_ID) copy['call_random_id'] = `${RANDOM_ID}x${play}`
    return { t, frame: copy }
  })
}

/** Makes a scene of given frames, all at the same time. */
export function framesAtOnce(about: string, ...frames: readonly object[]): Scene {
  return { about, record: () => frames.map(frame => ({ t: 0, frame })) }
}

/** Makes a scene of given frames, a second apart. */
export function framesInTurn(about: string, ...frames: readonly object[]): Scene {
  return { about, record: () => frames.map((frame, index) => ({ t: index * 1_000, frame })) }
}
