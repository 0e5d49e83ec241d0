import { describe, expect, it } from '@jest/globals'
import { rankOf } from '../../../src/client/actions/call-phase.js'
import type { OutboundCall } from '../../../src/index.js'
import { ACTION_FAILED, createStage, IDS, orderings, POLICY, type Stage, watch } from './stage.js'

const [ID1, ID2] = IDS

/** What can happen to one call, each at most once. */
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

/** What is known of a call after all that, read off the contract: it looks at the whole history at once and keeps no state. */
function known(history: readonly Happening[]): Partial<OutboundCall> | { name: string; attribution?: string } {
  const created: { id: string; at: number }[] = history.flatMap<{ id: string; at: number }>((what, at) =>
    what === 'created1' ? [{ id: ID1, at }] : what === 'created2' ? [{ id: ID2, at }] : [],
  )
  const confirmed = created[0]?.at ?? Number.POSITIVE_INFINITY
  const failure = history.find(
    (what, at) => at < confirmed && (what === 'error' || what === 'loss' || what === 'timeout'),
  )
  if (failure === 'error') return { name: 'ActionRejectedError', attribution: 'certain' }
  if (failure !== undefined) return { name: 'DeliveryUncertainError' }

  // an event counts from when its id was known to be the call's
  const told = (['begin', 'pickup', 'end'] as const).flatMap(kind =>
    created.flatMap(({ id, at }) => {
      const came = history.indexOf(`${kind}${id === ID1 ? 1 : 2}`)
      return came === -1 ? [] : [{ kind, id, at: Math.max(came, at) }]
    }),
  )
  const newestAt = (at: number) => created.filter(one => one.at <= at).at(-1)?.id
  const over = told.filter(({ kind, id, at }) => kind === 'end' && newestAt(at) === id).sort((a, b) => a.at - b.at)[0]
  const until = over?.at ?? history.length
  const heard = told.filter(({ at, kind, id }) => at < until || (at === until && (kind !== 'end' || id === over?.id)))
  const ids = created.filter(({ at }) => at <= until).map(({ id }) => id)
  const kinds = heard.map(({ kind }) => kind)
  const last = Math.max(
    -1,
    ...heard.map(({ at }) => at),
    ...created.filter(({ at }) => at <= until).map(({ at }) => at),
  )
  return {
    phase:
      over !== undefined
        ? 'ended'
        : kinds.includes('pickup')
          ? 'answered'
          : kinds.includes('begin')
            ? 'ringing'
            : ids.length > 0
              ? 'created'
              : 'sent',
    uniqueIds: ids,
    ...(ids.length > 0 && { uniqueId: ids.at(-1) ?? '' }),
    stale: over === undefined && history.lastIndexOf('loss') > last,
    ...(over !== undefined && { status: over.id === ID1 ? 'busy' : 'answer' }),
  }
}

/** Says what went wrong, if anything: 'expect' for each of so many would take minutes. */
function fault(history: readonly Happening[], concurrency: number): string | undefined {
  const stage = createStage({ concurrency })
  const heard = watch(stage.actions.createCall({ from: '12', to: '0220282028', callRandomId: 'r1' }))
  for (const what of history) HAPPENINGS[what](stage)

  const wanted = known(history)
  const is: object = (heard.error as object | undefined) ?? heard.values.at(-1) ?? {}
  for (const [field, value] of Object.entries(wanted)) {
    const found = (is as Record<string, unknown>)[field]
    if (JSON.stringify(found) !== JSON.stringify(value))
      return `${field} is ${JSON.stringify(found)}, not ${JSON.stringify(value)}`
  }
  const isOver = 'name' in wanted || wanted.phase === 'ended'
  if ((heard.ends === 1) !== isOver) return `told ${heard.ends} ends`
  if (isOver && !('name' in wanted) && !heard.completed) return 'ended, but not complete'

  // time runs out
  stage.clock.pass(2 * POLICY.confirmWithin)
  stage.clock.pass(POLICY.staleAfter)
  if (!isOver && !('name' in wanted)) {
    const last = heard.values.at(-1)
    if (wanted.phase === 'sent' && (heard.error as Error | undefined)?.name !== 'DeliveryUncertainError')
      return 'silence is not uncertain'
    if (wanted.stale === true && !(heard.completed && last?.phase === 'lost')) return 'stale, and never lost'
    if (wanted.stale === false && wanted.phase !== 'sent' && heard.ends > 0) return 'an end without a reason'
  }
  stage.actions.closed()
  if (heard.ends !== 1) return `${heard.ends} ends after all`
  if (heard.after > 0) return 'told something after the end'
  if (stage.sent.length !== 1) return `written ${stage.sent.length} times`
  const ranks = heard.values.map(({ phase }) => rankOf(phase))
  if (ranks.some((rank, index) => rank < (ranks[index - 1] ?? 0))) return 'a phase went back'
  if (!stage.isClean()) return 'something is left behind'
  return undefined
}

function faults(orders: readonly Happening[][], concurrency: number) {
  return orders.flatMap(order => {
    const why = fault(order, concurrency)
    return why === undefined ? [] : [`${order.join(' ')}: ${why}`]
  })
}

describe('everything that can happen to one call, in every order', () => {
  it('is told as the contract says, with one outcome, over all orders of eight happenings and less', () => {
    const orders = orderings<Happening>([
      'created1',
      'created2',
      'begin2',
      'pickup2',
      'end2',
      'error',
      'loss',
      'timeout',
    ])
    expect(orders).toHaveLength(109_601)
    expect(faults(orders, 1).slice(0, 5)).toEqual([])
  }, 60_000)

  it('is so for events of the first id, too', () => {
    const orders = orderings<Happening>(['created1', 'created2', 'begin1', 'pickup1', 'end1', 'end2', 'loss'])
    expect(orders).toHaveLength(13_700)
    expect(faults(orders, 8).slice(0, 5)).toEqual([])
  }, 60_000)
})
