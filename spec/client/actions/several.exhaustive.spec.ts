import { describe, expect, it } from '@jest/globals'
import { ActionRejectedError, DeliveryUncertainError } from '../../../src/index.js'
import {
  ACTION_FAILED,
  createStage,
  forEachOrdering,
  IDS,
  NOT_FOUND,
  type Stage,
  type Watched,
  watch,
  withoutStacks,
} from './stage.js'

const [ID1, ID2, FOREIGN] = IDS
const SECOND = 1_000
/** In seconds, as the policy's defaults are. */
const SETTLE = 1
const CONFIRM = 30

/** Happenings while two calls and a hangup are asked for in one go. */
const HAPPENINGS = [
  'first created',
  'second created',
  'hung up',
  'action failed',
  'call not found',
  'loss',
  'a second',
  'half a minute',
] as const
type Happening = (typeof HAPPENINGS)[number]

type Fate = 'waiting' | 'sent' | 'done' | 'uncertain' | 'rejected certain' | 'rejected probable'

interface Action {
  readonly name: 'first' | 'second' | 'hangup'
  fate: Fate
  writtenAt: number
  /** Since when it is no open candidate any more. It still counts for a while. */
  since: number
  /** The kind of candidate that the contract makes of it. */
  standing?: 'open' | 'uncertain' | 'confirmed' | undefined
  blocks: boolean
}

function letTimePass(action: Action, time: number): void {
  const { standing, since, writtenAt } = action
  if (standing === 'confirmed' && time - since >= SETTLE) action.standing = undefined
  if (standing === 'uncertain' && time - since >= CONFIRM) action.standing = undefined
  if (standing !== 'open') return
  if (time - writtenAt >= SETTLE) action.blocks = false
  if (time - writtenAt < CONFIRM) return
  action.fate = 'uncertain'
  action.standing = 'uncertain'
  action.since = time
}

/** The rules of the contract over three actions, by going through all of them at every step and letting time go by in seconds. */
function model(concurrency: number) {
  const actions: Action[] = (['first', 'second', 'hangup'] as const).map(name => ({
    name,
    fate: 'waiting',
    writtenAt: 0,
    since: 0,
    blocks: false,
  }))
  let time = 0
  const send = () => {
    for (const action of actions) {
      if (action.fate !== 'waiting' || actions.filter(({ blocks }) => blocks).length >= concurrency) continue
      Object.assign(action, { fate: 'sent', writtenAt: time, standing: 'open', blocks: true })
    }
  }
  const confirm = (name: Action['name']) => {
    const action = actions.find(one => one.name === name)
    if (action === undefined || (action.standing !== 'open' && action.standing !== 'uncertain')) return
    if (action.fate === 'sent') action.fate = 'done'
    Object.assign(action, { standing: 'confirmed', since: time, blocks: false })
  }
  const attribute = (able: (action: Action) => boolean) => {
    const candidates = actions.filter(action => action.standing !== undefined && able(action))
    const oldest = candidates.find(({ standing }) => standing !== 'confirmed')
    if (oldest?.standing !== 'open') return
    Object.assign(oldest, {
      fate: candidates.length === 1 ? 'rejected certain' : 'rejected probable',
      standing: undefined,
      blocks: false,
    })
  }
  const second = () => {
    time += 1
    for (const action of actions) letTimePass(action, time)
    send()
  }
  const rules: Record<Happening, () => void> = {
    'first created': () => confirm('first'),
    'second created': () => confirm('second'),
    'hung up': () => confirm('hangup'),
    'action failed': () => attribute(() => true),
    'call not found': () => attribute(({ name }) => name === 'hangup'),
    loss: () => {
      for (const action of actions) {
        if (action.fate === 'sent') action.fate = 'uncertain'
        Object.assign(action, { standing: undefined, blocks: false })
      }
    },
    'a second': second,
    'half a minute': () => {
      for (let seconds = 0; seconds < CONFIRM; seconds += 1) second()
    },
  }
  send()
  return {
    actions,
    happens: (what: Happening) => {
      rules[what]()
      send()
    },
  }
}

const onStage: Record<Happening, (stage: Stage) => void> = {
  'first created': stage => stage.created('r1', ID1),
  'second created': stage => stage.created('r2', ID2),
  'hung up': stage => stage.end(FOREIGN),
  'action failed': stage => stage.answer(...ACTION_FAILED),
  'call not found': stage => stage.answer(...NOT_FOUND),
  loss: stage => {
    stage.lose()
    stage.actions.sessionStarted(0)
  },
  'a second': stage => stage.clock.pass(SECOND),
  'half a minute': stage => stage.clock.pass(CONFIRM * SECOND),
}

function fateOf(watched: Watched<unknown>, isWritten: boolean): Fate {
  const { error, values } = watched
  if (error instanceof ActionRejectedError) return `rejected ${error.attribution}`
  if (error instanceof DeliveryUncertainError) return 'uncertain'
  const last = values.at(-1)
  const isConfirmed = last instanceof Object && !('phase' in last && last.phase === 'sent')
  if (isConfirmed) return 'done'
  return isWritten ? 'sent' : 'waiting'
}

/** The actions on the wire, in the order of writing. */
const written = ({ sent }: Stage) => sent.map(({ call_random_id }) => call_random_id ?? 'hangup').join(' ')

/** @param known how many happenings at the beginning were compared before, in the same order */
function fault(history: readonly Happening[], known: number, concurrency: number): string | undefined {
  const stage = createStage({ concurrency })
  const { actions } = stage
  const watched: Watched<unknown>[] = [
    watch<unknown>(actions.createCall({ from: '12', to: '0220282028', callRandomId: 'r1' })),
    watch<unknown>(actions.createCall({ from: '12', to: '0220282028', callRandomId: 'r2' })),
    watch<unknown>(actions.hangup(FOREIGN)),
  ]
  const { actions: expected, happens } = model(concurrency)
  for (const [index, what] of history.entries()) {
    // the PBX creates no call that it was not asked for
    if (what === 'second created' && stage.sent.length < 2) continue
    onStage[what](stage)
    happens(what)
    const wrong = index < known ? undefined : faultIn(stage, watched, expected)
    if (wrong !== undefined) return `after '${what}': ${wrong}`
  }
  stage.clock.pass(100_000 * SECOND)
  actions.closed()
  for (const { ends, after } of watched) if (ends !== 1 || after > 0) return `${ends} ends, ${after} after an end`
  if (written(stage) !== 'r1 r2 hangup') return `written: ${written(stage)}`
  return stage.isClean() ? undefined : 'something is left behind'
}

function faultIn(stage: Stage, watched: readonly Watched<unknown>[], expected: readonly Action[]): string | undefined {
  const { sent } = stage
  for (const [index, { name, fate }] of expected.entries()) {
    const one = watched[index]
    const found = one && fateOf(one, index < sent.length)
    if (found !== fate) return `${name} is ${found}, not ${fate}`
  }
  return 'r1 r2 hangup'.startsWith(written(stage)) ? undefined : `written: ${written(stage)}`
}

/** How many happenings two orders have in common at the beginning. */
function commonBeginning(one: readonly Happening[], other: readonly Happening[]): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return length
}

describe('two calls and a hangup asked for in one go', () => {
  withoutStacks()

  it.each([
    [1, 'half a minute'],
    [1, 'loss'],
    [8, 'half a minute'],
    [8, 'loss'],
  ] as const)(
    'end as the rules say, with concurrency %i, in every order of what can happen but %s',
    (concurrency, without) => {
      const happenings = HAPPENINGS.filter(what => what !== without)
      const wrong: string[] = []
      let count = 0
      let previous: readonly Happening[] = []
      forEachOrdering(happenings, order => {
        if (order.length < happenings.length) return
        count += 1
        const why = fault(order, commonBeginning(previous, order), concurrency)
        previous = [...order]
        if (why !== undefined) wrong.push(`${order.join(' · ')}: ${why}`)
      })
      expect({ count, wrong: wrong.slice(0, 5) }).toEqual({ count: 5_040, wrong: [] })
    },
  )
})
