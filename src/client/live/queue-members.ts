import type { PbxEventOf } from '../../protocol/events.js'
import { keep } from './call-state.js'
import type { Queue, QueueSeed } from './queue.js'

/** The agents of a queue; whoever stays as they are stays the same object, and so does the list. */
export type Members = Pick<Queue, 'members'>
export type MemberEvent = PbxEventOf<'queue.add' | 'queue.remove' | 'queue.pause' | 'queue.unpause'>

/**
 * What an event tells of an agent.
 *
 * @param told those of whom an event of this session has told, be it that they are gone
 */
export function tellMember(queue: Members, told: Set<string>, event: MemberEvent): void {
  const { member, meta } = event
  told.add(member)
  if (event.event === 'queue.remove') stay(queue, one => one !== member)
  else if (event.event === 'queue.add') put(queue, meta.receivedAt, member, event.member_name)
  // who can be paused is a member, whenever that was told
  else put(queue, meta.receivedAt, member, '', event.event === 'queue.pause')
}

/** What this session's events have told beats the snapshot. */
export function seedMembers(queue: Members, told: ReadonlySet<string>, seeds: QueueSeed['members'], at: number): void {
  stay(queue, member => told.has(member) || seeds.some(seed => seed.member === member))
  for (const { member, name, paused } of seeds) {
    const known = queue.members.find(one => one.member === member)
    if (!told.has(member)) put(queue, at, member, name, paused)
    else if (known) put(queue, at, member, known.name || name)
  }
}

function stay(queue: Members, suits: (member: string) => boolean): void {
  queue.members = keep(
    queue.members,
    queue.members.filter(one => suits(one.member)),
  )
}

/** Who is there already stays paused, or not, where nothing is told of it, as when they are added again. */
function put(queue: Members, at: number, member: string, name = '', paused?: boolean): void {
  let isNew = true
  const members = queue.members.map(one => {
    if (one.member !== member) return one
    isNew = false
    const next = paused ?? one.paused
    return keep(one, { member, name: name || one.name, paused: next, since: next === one.paused ? one.since : at })
  })
  queue.members = isNew
    ? [...members, { member, name, paused: paused ?? false, since: at }]
    : keep(queue.members, members)
}
