import { describe, expect, it } from '@jest/globals'
import { rankOf } from '../../../src/client/actions/call-phase.js'
import type { OutboundCall } from '../../../src/index.js'
import {
  ACTION_FAILED,
  createStage,
  forEachOrdering,
  IDS,
  POLICY,
  type Stage,
  type Watched,
  watch,
  withoutStacks,
} from './stage.js'

const [ID1, ID2] = IDS

/** Happenings of one call, each at most once. */
const HAPPENINGS = {
  created1: stage => stage.created('r1', ID1),
  created2: stage => stage.created('r1', ID2),
  begin1: stage => stage.begin(ID1),
  begin2: stage => stage.begin(ID2),
  pickup1: stage => stage.pickup(ID1),
  pickup2: stage => stage.pickup(ID2),
  end1: stage => stage.end(ID1, 'busy'),
  end2: stage => stage.end(ID2, 'answer'),
  error: stage => stage.answer(...ACTION_FAILED),
  loss: stage => {
    stage.lose()
    stage.actions.sessionStarted(0)
  },
  timeout: stage => stage.clock.pass(POLICY.confirmWithin),
} satisfies Record<string, (stage: Stage) => void>
type Happening = keyof typeof HAPPENINGS

/** Where the outcome of the action stands after some happenings. */
type Known = Partial<OutboundCall> | { name: string; attribution?: string }

/** An event of a known id, from when the id was known to be the call's. */
interface Counted {
  readonly kind: 'begin' | 'pickup' | 'end'
  readonly id: string
  readonly at: number
}

/** The outcome after some happenings, read off the contract: it looks at the whole history at once, and keeps no state. */
function known(history: readonly Happening[]): Known {
  const created = [
    { id: ID1, at: history.indexOf('created1') },
    { id: ID2, at: history.indexOf('created2') },
  ].filter(({ at }) => at !== -1)
  if (created.length > 1 && (created[0]?.at ?? 0) > (created[1]?.at ?? 0)) created.reverse()
  const confirmed = created[0]?.at ?? Number.POSITIVE_INFINITY
  const failure = history.find(
    (what, at) => at < confirmed && (what === 'error' || what === 'loss' || what === 'timeout'),
  )
  if (failure === 'error') return { name: 'ActionRejectedError', attribution: 'certain' }
  if (failure !== undefined) return { name: 'DeliveryUncertainError' }
  return snapshot(history, created)
}

function snapshot(
  history: readonly Happening[],
  created: readonly { readonly id: string; readonly at: number }[],
): Partial<OutboundCall> {
  const counted: Counted[] = []
  for (const kind of ['begin', 'pickup', 'end'] as const)
    for (const { id, at } of created) {
      const came = history.indexOf(`${kind}${id === ID1 ? 1 : 2}`)
      if (came !== -1) counted.push({ kind, id, at: Math.max(came, at) })
    }
  const over = endOf(counted, created)
  const until = over?.at ?? history.length
  const seen = counted.filter(({ at, kind, id }) => at < until || (at === until && (kind !== 'end' || id === over?.id)))
  const ids = created.filter(({ at }) => at <= until)
  const last = Math.max(-1, ...seen.map(({ at }) => at), ...ids.map(({ at }) => at))
  const newest = ids.at(-1)?.id
  return {
    phase: phaseOf(over !== undefined, seen, ids.length > 0),
    uniqueIds: ids.map(({ id }) => id),
    ...(newest !== undefined && { uniqueId: newest }),
    stale: over === undefined && history.lastIndexOf('loss') > last,
    ...(over !== undefined && { status: over.id === ID1 ? 'busy' : 'answer' }),
  }
}

/** The first end of the id that was the newest then. */
function endOf(
  counted: readonly Counted[],
  created: readonly { readonly id: string; readonly at: number }[],
): Counted | undefined {
  const newestAt = (at: number) => created.filter(one => one.at <= at).at(-1)?.id
  return counted.filter(({ kind, id, at }) => kind === 'end' && newestAt(at) === id).sort((a, b) => a.at - b.at)[0]
}

function phaseOf(isOver: boolean, seen: readonly Counted[], isCreated: boolean): OutboundCall['phase'] {
  if (isOver) return 'ended'
  if (seen.some(({ kind }) => kind === 'pickup')) return 'answered'
  if (seen.some(({ kind }) => kind === 'begin')) return 'ringing'
  return isCreated ? 'created' : 'sent'
}

/** The fault after some happenings, or after time has run out; undefined for none. */
function fault(history: readonly Happening[], concurrency: number): string | undefined {
  const stage = createStage({ concurrency })
  const watched = watch(stage.actions.createCall({ from: '12', to: '0220282028', callRandomId: 'r1' }))
  for (const what of history) HAPPENINGS[what](stage)
  const wanted = known(history)
  return faultBefore(watched, wanted) ?? faultAfter(stage, watched, wanted)
}

function faultBefore(watched: Watched<OutboundCall>, wanted: Known): string | undefined {
  const found = new Map(Object.entries((watched.error as object | undefined) ?? watched.values.at(-1) ?? {}))
  for (const [field, value] of Object.entries(wanted)) {
    const is = found.get(field)
    if (String(is) !== String(value)) return `${field} is ${String(is)}, not ${String(value)}`
  }
  const isOver = 'name' in wanted || wanted.phase === 'ended'
  if ((watched.ends === 1) !== isOver) return `${watched.ends} ends`
  return isOver && !('name' in wanted) && !watched.completed ? 'ended, but not complete' : undefined
}

function faultAfter(stage: Stage, watched: Watched<OutboundCall>, wanted: Known): string | undefined {
  stage.clock.pass(2 * POLICY.confirmWithin)
  stage.clock.pass(POLICY.staleAfter)
  const wrong = faultOfSilence(watched, wanted)
  if (wrong !== undefined) return wrong
  stage.actions.closed()
  if (watched.ends !== 1) return `${watched.ends} ends after all`
  if (watched.after > 0) return 'a notification after the end'
  if (stage.sent.length !== 1) return `written ${stage.sent.length} times`
  const { values } = watched
  for (let index = 1; index < values.length; index += 1)
    if (rankOf(values[index]?.phase ?? 'sent') < rankOf(values[index - 1]?.phase ?? 'sent')) return 'a phase went back'
  return stage.isClean() ? undefined : 'something is left behind'
}

/** The fault after more time than any limit has; undefined for none. */
function faultOfSilence(watched: Watched<OutboundCall>, wanted: Known): string | undefined {
  if ('name' in wanted || !('phase' in wanted) || wanted.phase === 'ended') return undefined
  if (wanted.phase === 'sent')
    return (watched.error as Error | undefined)?.name === 'DeliveryUncertainError'
      ? undefined
      : 'silence is not uncertain'
  if (wanted.stale === true)
    return watched.completed && watched.values.at(-1)?.phase === 'lost' ? undefined : 'stale, and never lost'
  return watched.ends > 0 ? 'an end without a reason' : undefined
}

/** Goes through all orders of some happenings and of some of them. An `expect` for each would take minutes. */
function faults(happenings: readonly Happening[], concurrency: number): { count: number; wrong: string[] } {
  const wrong: string[] = []
  const count = forEachOrdering(happenings, order => {
    const why = fault(order, concurrency)
    if (why !== undefined) wrong.push(`${order.join(' ')}: ${why}`)
  })
  return { count, wrong: wrong.slice(0, 5) }
}

describe('everything that can happen to one call, in every order', () => {
  withoutStacks()

  it('ends as the contract says, with one outcome, over all orders of eight happenings and less', () => {
    const happenings = ['created1', 'created2', 'begin2', 'pickup2', 'end2', 'error', 'loss', 'timeout'] as const
    expect(faults(happenings, 1)).toEqual({ count: 109_601, wrong: [] })
  })

  it('is so for events of the first id, too', () => {
    const happenings = ['created1', 'created2', 'begin1', 'pickup1', 'end1', 'end2', 'loss'] as const
    expect(faults(happenings, 8)).toEqual({ count: 13_700, wrong: [] })
  })
})
