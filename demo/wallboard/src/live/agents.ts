import type { Call, Queue } from 'viptel-pbx'

/** An agent of the queues, with what the calls show of them. */
export interface Agent {
  readonly extension: string
  readonly name: string
  readonly queues: string
  readonly state: 'free' | 'ringing' | 'calling' | 'talking' | 'paused'
  /** Paused in some queues and not in others. */
  readonly partly: boolean
  /** ms since the epoch: the beginning of `state`, as far as it was seen. */
  readonly since: number
  /** The other party of the call. */
  readonly other: string
  readonly stale: boolean
}

type Activity = Pick<Agent, 'state' | 'since' | 'other' | 'stale'>

/** An extension's membership in all its queues together. */
interface Membership {
  readonly queues: string[]
  name: string
  /** In how many queues the member is paused. */
  paused: number
  since: number
  stale: boolean
}

/** Of two calls of one agent, the one with the larger weight is shown. */
const WEIGHT: Readonly<Record<Agent['state'], number>> = { talking: 3, ringing: 2, calling: 2, paused: 0, free: 0 }

/**
 * The agents of the queues, by extension. An agent who did not change is the same object as in `before`, so that React
 * draws no row again.
 */
export function agentsOf(
  queues: readonly Queue[],
  calls: readonly Call[],
  before: readonly Agent[],
  now: number,
): readonly Agent[] {
  const activities = activitiesIn(calls)
  const known = new Map(before.map(agent => [agent.extension, agent]))
  const agents = [...membershipsIn(queues)].map(([extension, membership]) => {
    const old = known.get(extension)
    const agent = agentOf(extension, membership, activities.get(extension), old, now)
    return old !== undefined && isSame(old, agent) ? old : agent
  })
  return agents.sort((a, b) => a.extension.localeCompare(b.extension, undefined, { numeric: true }))
}

function agentOf(
  extension: string,
  { queues, name, paused, since, stale }: Membership,
  activity: Activity | undefined,
  old: Agent | undefined,
  now: number,
): Agent {
  const isPaused = paused === queues.length
  const agent = { extension, name, queues: queues.sort().join(', '), partly: paused > 0 && !isPaused }
  if (activity !== undefined) return { ...agent, ...activity }
  if (isPaused) return { ...agent, state: 'paused', since, other: '', stale }
  return { ...agent, state: 'free', since: freeSince(old, since, now), other: '', stale }
}

/** An agent who was busy a moment ago is free since now, and not since they joined the queue. */
function freeSince(old: Agent | undefined, joinedAt: number, now: number): number {
  if (old === undefined) return joinedAt
  return old.state === 'free' ? old.since : now
}

function membershipsIn(queues: readonly Queue[]): ReadonlyMap<string, Membership> {
  const memberships = new Map<string, Membership>()
  for (const { queue, members, stale } of queues) {
    for (const { member, name, paused, since } of members) {
      const one = memberships.get(member) ?? { queues: [], name: '', paused: 0, since: 0, stale: false }
      one.queues.push(queue)
      one.name ||= name
      one.paused += paused ? 1 : 0
      one.since = Math.max(one.since, since)
      one.stale ||= stale
      memberships.set(member, one)
    }
  }
  return memberships
}

/** The weightiest activity of each extension. */
function activitiesIn(calls: readonly Call[]): ReadonlyMap<string, Activity> {
  const activities = new Map<string, Activity>()
  for (const call of calls) {
    for (const [extension, activity] of activitiesOf(call)) {
      const known = activities.get(extension)
      if (known === undefined || WEIGHT[activity.state] > WEIGHT[known.state]) activities.set(extension, activity)
    }
  }
  return activities
}

/** The activity of each extension of a call: the one that answered, those that ring, and the caller. */
function activitiesOf(call: Call): readonly (readonly [extension: string, activity: Activity])[] {
  const { phase, caller, callerName, callee, legs, answeredBy, startedAt, stale } = call
  if (phase === 'ended' || phase === 'lost') return []
  const customer = callerName || caller
  const answeredAt = call.answeredAt ?? startedAt
  const ringing = legs.filter(leg => leg.endedAt === undefined && leg.answeredAt === undefined)
  const isTalking = phase === 'answered'
  const answerer: [string, Activity][] =
    isTalking && answeredBy !== undefined
      ? [[answeredBy, { state: 'talking', since: answeredAt, other: customer, stale }]]
      : []
  return [
    ...answerer,
    ...ringing.map(leg => [leg.callee, { state: 'ringing', since: leg.beganAt, other: customer, stale }] as const),
    [
      caller,
      {
        state: isTalking ? 'talking' : 'calling',
        since: isTalking ? answeredAt : startedAt,
        other: answeredBy ?? callee,
        stale,
      },
    ],
  ]
}

function isSame(a: Agent, b: Agent): boolean {
  return (
    a.extension === b.extension &&
    a.name === b.name &&
    a.queues === b.queues &&
    a.state === b.state &&
    a.partly === b.partly &&
    a.since === b.since &&
    a.other === b.other &&
    a.stale === b.stale
  )
}
