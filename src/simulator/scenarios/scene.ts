import { createExchange, type ExchangeCommands } from '../exchange/exchange.js'
import type { ExchangePlan } from '../exchange/exchange-config.js'
import type { RecordedFrame, Recording } from '../recordings/recording.js'
import { answer } from '../server/response-table.js'
import type { Refused } from '../server/telephony.js'

/** Something that has been seen or told of the live service, ready to be played. */
export interface Scene {
  /** What it shows. */
  readonly about: string
  /** The frames, as a logged-in client gets them. The same at every call. */
  readonly record: () => Recording
}

/** What a scene acts with. */
export interface Stage {
  readonly exchange: ExchangeCommands
  /** Lets ms pass. */
  wait(ms: number): void
  /** What a client is answered that has asked for it: nothing for what was carried out. */
  answered(refused: Refused | undefined): void
}

/** When scenes take place: ms since the epoch. */
const START = 1_795_500_000_000
/** ms after its last act in which a scene comes to its end. */
const END = 120_000

/** A scene that people play at an exchange, in virtual time. */
export function scene(
  about: string,
  plan: ExchangePlan,
  act: (stage: Stage) => void,
  seed: number | string = 1,
): Scene {
  return {
    about,
    record: () => {
      const frames: RecordedFrame[] = []
      const exchange = createExchange(plan, {
        seed,
        start: START,
        tell: (frame, at) => frames.push({ t: at - START, frame }),
      })
      const wait = (ms: number) => exchange.advance(exchange.now + ms)
      const answered = (refused: Refused | undefined) => {
        if (refused !== undefined) frames.push({ t: exchange.now - START, frame: answer(refused) })
      }
      act({ exchange, wait, answered })
      wait(END)
      return frames
    },
  }
}

/** The same scene another time: with ids of its own, as no exchange uses one twice. */
export function renewed(recording: Recording, play: number): Recording {
  const later = (id: string) => id.replace(/^\d{10}(?=\.)/, epoch => String(Number(epoch) + play * SCENE_LENGTH))
  return recording.map(({ t, frame }) => {
    const copy: Record<string, unknown> = { ...frame }
    for (const field of ['unique_id', 'from_queue_unique_id'])
      if (typeof copy[field] === 'string') copy[field] = later(copy[field])
    if (copy['call_random_id'] === RANDOM_ID) copy['call_random_id'] = `${RANDOM_ID}x${play}`
    return { t, frame: copy }
  })
}

/** s by which the ids of one playing are away from those of another. */
const SCENE_LENGTH = 10_000
/** Of the calls that scenes create. */
export const RANDOM_ID = 'scene1'

/** A scene of frames as they are, all in one moment. */
export function atOnce(about: string, ...told: readonly object[]): Scene {
  return { about, record: () => told.map(frame => ({ t: 0, frame })) }
}

/** A scene of frames as they are, a second apart. */
export function frames(about: string, ...told: readonly object[]): Scene {
  return { about, record: () => told.map((frame, index) => ({ t: index * 1_000, frame })) }
}
