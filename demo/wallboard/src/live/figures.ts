import type { Call, CallChange, Gap } from 'viptel-pbx'
import type { Clock } from './clock.js'

/** ms of the chart's steps: a quarter of an hour. */
export const STEP = 900_000
/** ms: the service level is the share answered within so long. */
export const IN_TIME = 20_000

/** Counts of journeys over a time. */
export interface Tally {
  /** Journeys that a person answered, each once, however often it was transferred. */
  readonly answered: number
  /** Answered journeys whose caller joined the first queue at most `IN_TIME` before. */
  readonly inTime: number
  /** Answered journeys whose caller is known to have waited longer. The wait of the rest is not known. */
  readonly late: number
  /** Journeys that ended without an answer: the caller hung up, or the PBX gave up. */
  readonly abandoned: number
}

/** A time of which nothing is known, by the clock of the PBX. */
export interface Unknown {
  readonly from: number
  readonly to: number
}

/**
 * The figures of the day, counted over journeys that waited in a queue. Calls straight to an extension are not counted.
 *
 * The service level is answered within 20 s / (answered + abandoned): every abandoned call is a failure. This is the
 * strictest of the usual definitions, and needs no judgement of who hung up 'too early'. Asterisk's `queue show` has
 * two others (ASTERISK-26559). `ServicelevelPerf` leaves abandoned calls out. `ServicelevelPerf2` counts those
 * abandoned within the time as successes: (answered in time + abandoned in time) / (answered + abandoned).
 */
export interface Figures extends Tally {
  /** The begin of the counting, by the clock of the PBX; undefined before the first login. */
  readonly since: number | undefined
  /** Journeys whose end is not known, and ends of calls whose beginning was not seen. */
  readonly unknown: number
  readonly gaps: readonly Unknown[]
  /** Tallies by the start of their step, by the clock of the PBX. */
  readonly steps: ReadonlyMap<number, Tally>
}

const NOTHING: Tally = { answered: 0, inTime: 0, late: 0, abandoned: 0 }

/** The share answered in time; undefined where nothing was counted. */
export function serviceLevel({ inTime, late, abandoned }: Tally): number | undefined {
  const all = inTime + late + abandoned
  return all === 0 ? undefined : inTime / all
}

interface Journey {
  /** ms since the epoch, on this machine's clock. */
  readonly waitingSince: number
  /** The counts that this journey was added to, and their step. */
  readonly counted?: { readonly step: number; readonly as: Partial<Tally> }
}

export interface FigureBook {
  readonly figures: Figures
  /** Counts a change of a call. */
  take(change: CallChange): void
  /** Notes a time in which events were missed. */
  miss(gap: Gap): void
  /** Begins the counting at the first login, at a time of this machine's clock. */
  begin(at: number): void
}

const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0)

export function createFigures(clock: Clock): FigureBook {
  const journeys = new Map<string, Journey>()
  let figures: Figures = { ...NOTHING, since: undefined, unknown: 0, gaps: [], steps: new Map() }

  /** Sets the figures to zero when a new day has begun. */
  const startDay = (now: number) => {
    const day = midnight(now)
    if (figures.since === undefined || figures.since >= day) return
    figures = { ...NOTHING, since: day, unknown: 0, gaps: figures.gaps.filter(({ to }) => to > day), steps: new Map() }
    // a count of yesterday is not taken back today
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
  const countUnknown = () => {
    figures = { ...figures, unknown: figures.unknown + 1 }
  }
  /** Takes back what a journey was counted as, since it turned out to be part of another. */
  const merge = (id: string, { counted }: Journey) => {
    if (counted !== undefined) add(counted.step, counted.as, -1)
    journeys.delete(id)
  }
  const end = ({ id, missed }: Call, journey: Journey, now: number) => {
    if (journey.counted === undefined) {
      if (missed) count(id, journey, now, { abandoned: 1 })
      // a lost call, or one that ended in a gap, may have been answered
      else countUnknown()
    }
    journeys.delete(id)
  }
  /** The counts of an answer. A snapshot, which is no event, shows that a call was answered but hardly when. */
  const answerOf = ({ answeredAt }: Call, { waitingSince }: Journey, isEvent: boolean): Partial<Tally> => {
    if (!isEvent) return { answered: 1 }
    return clock.since(waitingSince, answeredAt) <= IN_TIME ? { answered: 1, inTime: 1 } : { answered: 1, late: 1 }
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
      startDay(clock.read(now))
      if (call === undefined) return countUnknown()
      const journey = journeys.get(call.id) ?? (call.queue && { waitingSince: call.queue.waitingSince })
      if (journey === undefined) return
      journeys.set(call.id, journey)
      if (kind === 'merge') merge(call.id, journey)
      else if (kind === 'end') end(call, journey, now)
      else if (call.phase === 'answered' && journey.counted === undefined)
        count(call.id, journey, now, answerOf(call, journey, event !== undefined))
    },
  }
}
