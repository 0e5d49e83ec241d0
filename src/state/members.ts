import type { PbxEvent, PbxEventOf } from '../protocol/events.js'
import type { QueueMember, QueueSeed } from './queue.js'

/** The agents of one queue. */
export interface Members {
  readonly list: readonly QueueMember[]
  /** All were told of since the last gap. */
  readonly proven: boolean
  event(event: MemberEvent): void
  lost(): void
  /** What this session's events have told beats the snapshot. */
  seed(members: QueueSeed['members'], at: number): void
}

export type MemberEvent = PbxEventOf<'queue.add' | 'queue.remove' | 'queue.pause' | 'queue.unpause'>

export function isMemberEvent(event: PbxEvent): event is MemberEvent {
  return event.event === 'queue.add' || event.event === 'queue.remove' || event.event === 'queue.pause' || event.event === 'queue.unpause'
}

export function createMembers(): Members {
  const members = new Map<string, QueueMember>()
  /** Those of whom an event of this session has told, be it that they are gone. */
  const told = new Set<string>()
  let list: readonly QueueMember[] = []

  const put = ({ member, name, paused }: Omit<QueueMember, 'since'>, at: number) => {
    const known = members.get(member)
    const next = { member, name: name === '' ? (known?.name ?? '') : name, paused, since: known?.paused === paused ? known.since : at }
    if (known?.name === next.name && known.since === next.since && known.paused === paused) return
    members.set(member, next)
    list = [...members.values()]
  }
  const remove = (member: string) => {
    if (members.delete(member)) list = [...members.values()]
  }

  return {
    get list() {
      return list
    },
    get proven() {
      return list.every(({ member }) => told.has(member))
    },
    event: event => {
      const { member, meta } = event
      told.add(member)
      switch (event.event) {
        case 'queue.remove':
          return remove(member)
        case 'queue.add':
          // one who is there already and is added again stays paused
          return put({ member, name: event.member_name, paused: members.get(member)?.paused ?? false }, meta.receivedAt)
        default:
          // who can be paused is a member, whenever that was told
          return put({ member, name: '', paused: event.event === 'queue.pause' }, meta.receivedAt)
      }
    },
    lost: () => told.clear(),
    seed: (seeds, at) => {
      const listed = new Set(seeds.map(({ member }) => member))
      for (const { member } of list) if (!listed.has(member) && !told.has(member)) remove(member)
      for (const { member, name = '', paused } of seeds) {
        const known = members.get(member)
        if (!told.has(member)) put({ member, name, paused }, at)
        else if (known?.name === '') put({ ...known, name }, at)
      }
    },
  }
}
