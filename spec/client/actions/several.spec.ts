import { describe, expect, it } from '@jest/globals'
import { ACTION_FAILED, createStage, IDS, NOT_FOUND, permutations, type Stage, type Watched, watch } from './stage.js'

const [ID1, ID2, FOREIGN] = IDS
const SECOND = 1_000
/** In seconds, as the policy's defaults are. */
const SETTLE = 1
const CONFIRM = 30

/** What can happen while two calls and a hangup are asked for in one go. */
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
  /** Since when it may no longer be blamed as an open one; it still counts for a while. */
  since: number
  /** Which of the contract's candidates it is. */
  standing?: 'open' | 'uncertain' | 'confirmed' | undefined
  blocks: boolean
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
  const blame = (able: (action: Action) => boolean) => {
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
    for (const action of actions) {
      const { standing, since, writtenAt } = action
      if (standing === 'confirmed' && time - since >= SETTLE) action.standing = undefined
      if (standing === 'uncertain' && time - since >= CONFIRM) action.standing = undefined
      if (standing === 'open' && time - writtenAt >= SETTLE) action.blocks = false
      if (standing === 'open' && time - writtenAt >= CONFIRM)
        Object.assign(action, { fate: 'uncertain', standing: 'uncertain', since: time })
    }
    send()
  }
  const rules: Record<Happening, () => void> = {
    'first created': () => confirm('first'),
    'second created': () => confirm('second'),
    'hung up': () => confirm('hangup'),
    'action failed': () => blame(() => true),
    'call not found': () => blame(({ name }) => name === 'hangup'),
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

function fateOf(heard: Watched<unknown>, isWritten: boolean): Fate | undefined {
  const error = heard.error as { name: string; attribution?: string } | undefined
  if (error?.name === 'ActionRejectedError') return `rejected ${error.attribution}` as Fate
  if (error !== undefined) return error.name === 'DeliveryUncertainError' ? 'uncertain' : undefined
  if (heard.values.some(value => (value as { phase?: string }).phase !== 'sent')) return 'done'
  return isWritten ? 'sent' : 'waiting'
}

function fault(history: readonly Happening[], concurrency: number): string | undefined {
  const stage = createStage({ concurrency })
  const { actions } = stage
  const requests = [
    actions.createCall({ from: '12', to: '0220282028', callRandomId: 'r1' }),
    actions.createCall({ from: '12', to: '0220282028', callRandomId: 'r2' }),
    actions.hangup(FOREIGN),
  ]
  const heard: Watched<unknown>[] = requests.map(request => watch<unknown>(request))
  const { actions: expected, happens } = model(concurrency)
  const written = () => stage.sent.map(({ call_random_id }) => call_random_id ?? 'hangup').join(' ')
  const compare = (what: string) => {
    const wanted = expected.map(({ fate }) => fate)
    const found = heard.map((one, index) => fateOf(one, index < stage.sent.length))
    return wanted.join() === found.join() && 'r1 r2 hangup'.startsWith(written())
      ? undefined
      : `after '${what}': ${found.join()}, not ${wanted.join()}`
  }
  for (const what of history) {
    // the PBX creates no call that it was not asked for
    if ((what === 'second created' && stage.sent.length < 2) || (what === 'first created' && stage.sent.length < 1))
      continue
    onStage[what](stage)
    happens(what)
    const wrong = compare(what)
    if (wrong !== undefined) return wrong
  }
  stage.clock.pass(100_000 * SECOND)
  actions.closed()
  if (heard.some(({ ends, after }) => ends !== 1 || after > 0)) return `ends: ${heard.map(({ ends }) => ends).join()}`
  if (written() !== 'r1 r2 hangup') return `written: ${written()}`
  return stage.isClean() ? undefined : 'something is left behind'
}

describe('two calls and a hangup asked for in one go', () => {
  it.each([
    [1, 'half a minute'],
    [1, 'loss'],
    [8, 'half a minute'],
    [8, 'loss'],
  ] as const)(
    'end as the rules say, with concurrency %i, in every order of what can happen but %s',
    (concurrency, without) => {
      const orders = permutations(HAPPENINGS.filter(what => what !== without))
      expect(orders).toHaveLength(5_040)
      const faults = orders.flatMap(order => {
        const why = fault(order, concurrency)
        return why === undefined ? [] : [`${order.join(' · ')}: ${why}`]
      })
      expect(faults.slice(0, 5)).toEqual([])
    },
    60_000,
  )
})
