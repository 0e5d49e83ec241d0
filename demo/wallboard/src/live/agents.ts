import type { Call, Queue } from 'viptel-pbx'

/** An agent, and what they are doing as far as the calls tell. */
export interface Agent {
  readonly extension: string
  readonly name: string
  readonly queues: string
  readonly state: 'free' | 'ringing' | 'calling' | 'talking' | 'paused'
  /** Paused in some of their queues and not in others. */
  readonly partly: boolean
  /** ms since the epoch: doing it since then, or not seen doing anything else. */
  readonly since: number
  /** The other party. */
  readonly other: string
  readonly stale: boolean
}

type Doing = Pick<Agent, 'state' | 'since' | 'other' | 'stale'>

/** Talking counts more than ringing. */
const WEIGHT: Readonly<Record<string, number>> = { talking: 3, ringing: 2, calling: 2 }

function doings(calls: readonly Call[]): ReadonlyMap<string, Doing> {
  const found = new Map<string, Doing>()
  const note = (who: string, doing: Doing) => {
    const known = found.get(who)
    if (known === undefined || (WEIGHT[doing.state] ?? 0) > (WEIGHT[known.state] ?? 0)) found.set(who, doing)
  }
  for (const { phase, caller, callerName, callee, legs, answeredBy, answeredAt, startedAt, stale } of calls) {
    if (phase === 'ended' || phase === 'lost') continue
    const customer = callerName || caller
    if (phase === 'answered' && answeredBy !== undefined)
      note(answeredBy, { state: 'talking', since: answeredAt ?? startedAt, other: customer, stale })
    for (const leg of legs) {
      if (leg.endedAt === undefined && leg.answeredAt === undefined)
        note(leg.callee, { state: 'ringing', since: leg.beganAt, other: customer, stale })
    }
    const isTalking = phase === 'answered'
    note(caller, {
      state: isTalking ? 'talking' : 'calling',
      since: isTalking ? (answeredAt ?? startedAt) : startedAt,
      other: answeredBy ?? callee,
      stale,
    })
  }
  return found
}

const same = (a: Agent, b: Agent) => (Object.keys(a) as (keyof Agent)[]).every(key => a[key] === b[key])

/** Who serves a queue, by extension. Who did not change is the same object as in `before`, so that the row is not drawn again. */
export function agentsOf(
  queues: readonly Queue[],
  calls: readonly Call[],
  before: readonly Agent[],
  now: number,
): readonly Agent[] {
  const doing = doings(calls)
  const known = new Map(before.map(agent => [agent.extension, agent]))
  const memberships = new Map<
    string,
    { queues: string[]; name: string; paused: number; since: number; stale: boolean }
  >()
  for (const { queue, members, stale } of queues) {
    for (const { member, name, paused, since } of members) {
      const one = memberships.get(member) ?? { queues: [], name: '', paused: 0, since: 0, stale: false }
      one.queues.push(queue)
      memberships.set(member, {
        queues: one.queues,
        name: one.name || name,
        paused: one.paused + (paused ? 1 : 0),
        since: Math.max(one.since, since),
        stale: one.stale || stale,
      })
    }
  }
  const agents = [...memberships].map(([extension, { queues: served, name, paused, since, stale }]): Agent => {
    const busy = doing.get(extension)
    const isPaused = paused === served.length
    const old = known.get(extension)
    // who was busy a moment ago is free since then, and not since they came to the queue
    const freeSince = old === undefined ? since : old.state === 'free' ? old.since : now
    const agent: Agent = {
      extension,
      name,
      queues: served.sort().join(', '),
      state: busy?.state ?? (isPaused ? 'paused' : 'free'),
      partly: paused > 0 && !isPaused,
      since: busy?.since ?? (isPaused ? since : freeSince),
      other: busy?.other ?? '',
      stale: busy?.stale ?? stale,
    }
    return old !== undefined && same(old, agent) ? old : agent
  })
  return agents.sort((a, b) => a.extension.localeCompare(b.extension, undefined, { numeric: true }))
}
