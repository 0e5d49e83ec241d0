import type { CallChange, Gap } from 'viptel-pbx'
import type { Clock } from './clock.js'

/** ms of the chart's steps: a quarter of an hour. */
export const STEP = 900_000
/** ms: the service level is the share answered within so long. */
export const IN_TIME = 20_000

/** What was counted, over a time. */
export interface Tally {
  /** Taken by a person, each journey once, however often it was transferred. */
  readonly answered: number
  /** Of those, within `IN_TIME` of joining the first queue. */
  readonly inTime: number
  /** Of those, known to have waited longer; the wait of the rest is not known. */
  readonly late: number
  /** Came to an end without a person: the caller had enough, or the PBX gave up. */
  readonly abandoned: number
}

/** A time of which nothing is known, by the clock of the PBX. */
export interface Unknown {
  readonly from: number
  readonly to: number
}

/**
 * The figures of the day, of journeys that waited in a queue; calls straight to an extension are none of them.
 *
 * Service level: answered within 20 s / (answered + abandoned), every abandoned call a failure. It is the strictest of the usual definitions and needs no
 * judgement of who hung up 'too early'. Asterisk's `queue show` has two others: `ServicelevelPerf` leaves abandoned calls out, `ServicelevelPerf2`
 * counts those abandoned within the time as successes, (answered in time + abandoned in time) / (answered + abandoned) (ASTERISK-26559).
 */
export interface Figures extends Tally {
  /** By the clock of the PBX: counted from then on; undefined before the first login. */
  readonly since: number | undefined
  /** Journeys of which it is not known how they ended, and ends of calls whose beginning was not seen. */
  readonly unknown: number
  readonly gaps: readonly Unknown[]
  /** By the start of the step, by the clock of the PBX. */
  readonly steps: ReadonlyMap<number, Tally>
}

const NOTHING: Tally = { answered: 0, inTime: 0, late: 0, abandoned: 0 }

/** Undefined where nothing was counted: no share of nothing is 0 %. */
export function serviceLevel({ inTime, late, abandoned }: Tally): number | undefined {
  const all = inTime + late + abandoned
  return all === 0 ? undefined : inTime / all
}

interface Journey {
  /** ms since the epoch, on our clock. */
  readonly waitingSince: number
  /** What it counts as, and in which step. */
  readonly counted?: { readonly step: number; readonly as: Partial<Tally> }
}

export interface FigureBook {
  readonly figures: Figures
  take(change: CallChange): void
  /** The connection was lost, and is back. */
  miss(gap: Gap): void
  /** Logged in for the first time, on our clock. */
  begin(at: number): void
}

const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0)

export function createFigures(clock: Clock): FigureBook {
  const journeys = new Map<string, Journey>()
  let figures: Figures = { ...NOTHING, since: undefined, unknown: 0, gaps: [], steps: new Map() }

  /** A new day begins with nothing. */
  const turn = (now: number) => {
    const day = midnight(now)
    if (figures.since === undefined || figures.since >= day) return
    figures = { ...NOTHING, since: day, unknown: 0, gaps: figures.gaps.filter(({ to }) => to > day), steps: new Map() }
    // what was counted yesterday is not taken back today
    for (const [id, { waitingSince, counted }] of journeys)
      if (counted !== undefined) journeys.set(id, { waitingSince, counted: { step: counted.step, as: {} } })
  }
  const add = (step: number, as: Partial<Tally>, sign: 1 | -1) => {
    const sum = (tally: Tally): Tally => ({
      answered: tally.answered + sign * (as.answered ?? 0),
      inTime: tally.inTime + sign * (as.inTime ?? 0),
      late: tally.late + sign * (as.late ?? 0),
      abandoned: tally.abandoned + sign * (as.abandoned ?? 0),
    })
    figures = {
      ...figures,
      ...sum(figures),
      steps: new Map(figures.steps).set(step, sum(figures.steps.get(step) ?? NOTHING)),
    }
  }
  const count = (id: string, { waitingSince }: Journey, at: number, as: Partial<Tally>) => {
    const step = Math.floor(clock.read(at) / STEP) * STEP
    add(step, as, 1)
    journeys.set(id, { waitingSince, counted: { step, as } })
  }
  const notKnown = () => {
    figures = { ...figures, unknown: figures.unknown + 1 }
  }

  return {
    get figures() {
      return figures
    },
    begin: at => {
      figures = { ...figures, since: figures.since ?? clock.read(at) }
    },
    miss: ({ from, to }) => {
      figures = { ...figures, gaps: [...figures.gaps, { from: clock.read(from), to: clock.read(to) }] }
    },
    take: ({ kind, call, event }) => {
      const now = event?.meta.receivedAt ?? Date.now()
      turn(clock.read(now))
      if (call === undefined) return notKnown()
      const journey = journeys.get(call.id) ?? (call.queue && { waitingSince: call.queue.waitingSince })
      if (journey === undefined) return undefined
      journeys.set(call.id, journey)
      if (kind === 'merge') {
        // only the survivor counts
        if (journey.counted !== undefined) add(journey.counted.step, journey.counted.as, -1)
        journeys.delete(call.id)
      } else if (kind === 'end') {
        if (journey.counted === undefined) {
          if (call.missed) count(call.id, journey, now, { abandoned: 1 })
          // lost sight of, or over when we came back: answered or not, nobody heard
          else notKnown()
        }
        journeys.delete(call.id)
      } else if (call.phase === 'answered' && journey.counted === undefined) {
        // that it was answered a snapshot may tell, but hardly when
        const isInTime = clock.since(journey.waitingSince, call.answeredAt) <= IN_TIME
        count(
          call.id,
          journey,
          now,
          event === undefined ? { answered: 1 } : isInTime ? { answered: 1, inTime: 1 } : { answered: 1, late: 1 },
        )
      }
      return undefined
    },
  }
}
