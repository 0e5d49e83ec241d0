import type { PbxEventOf } from '../../../protocol/events.js'
import type { Queue, QueueMember, QueueSeed } from '../model.js'

/** The agents of a queue. An agent of whom nothing changes stays the same object, and so does the list. */
export type QueueMembers = Pick<Queue, 'members'>

export type MemberEvent = PbxEventOf<'queue.add' | 'queue.remove' | 'queue.pause' | 'queue.unpause'>

/** The news that an event or a seed has of an agent. Undefined or empty fields are no news. */
interface MemberNews {
  readonly member: string
  readonly name?: string | undefined
  readonly paused?: boolean | undefined
}

function keepMembers(queue: QueueMembers, suits: (member: QueueMember) => boolean): void {
  const members = queue.members.filter(suits)
  if (members.length < queue.members.length) queue.members = members
}

/** Adds or changes an agent. A known one stays paused, or not, where the news does not say, as when added again. */
function putMember(queue: QueueMembers, { member, name, paused }: MemberNews, at: number): void {
  const index = queue.members.findIndex(one => one.member === member)
  const known = queue.members[index]
  if (!known) {
    queue.members = queue.members.concat({ member, name: name ?? '', paused: paused ?? false, since: at })
    return
  }
  const next = {
    member,
    name: name || known.name,
    paused: paused ?? known.paused,
    since: paused === undefined || paused === known.paused ? known.since : at,
  }
  if (next.name === known.name && next.paused === known.paused) return
  const members = queue.members.slice()
  members[index] = next
  queue.members = members
}

/**
 * Reduces a `queue.add`, `queue.remove`, `queue.pause` or `queue.unpause`.
 *
 * @param proven those of whom an event of this session has come, be it that they are gone
 */
export function reduceMemberEvent(queue: QueueMembers, proven: Set<string>, event: MemberEvent): void {
  const { member, meta } = event
  proven.add(member)
  switch (event.event) {
    case 'queue.remove':
      return keepMembers(queue, one => one.member !== member)
    case 'queue.add':
      return putMember(queue, { member, name: event.member_name }, meta.receivedAt)
    // whoever can be paused is a member, whether the add was seen or not
    case 'queue.pause':
      return putMember(queue, { member, paused: true }, meta.receivedAt)
    case 'queue.unpause':
      return putMember(queue, { member, paused: false }, meta.receivedAt)
  }
}

/** Merges the members of a snapshot. Events of this session are newer. */
export function seedMembers(
  queue: QueueMembers,
  proven: ReadonlySet<string>,
  seeds: QueueSeed['members'],
  at: number,
): void {
  const seeded = new Set(seeds.map(({ member }) => member))
  keepMembers(queue, ({ member }) => proven.has(member) || seeded.has(member))
  for (const { member, name, paused } of seeds) {
    const known = queue.members.find(one => one.member === member)
    if (!proven.has(member)) putMember(queue, { member, name, paused }, at)
    else if (known) putMember(queue, { member, name: known.name || name }, at)
  }
}
