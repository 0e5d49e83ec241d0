import type { CallSeed } from '../../../src/client/live/model.js'
import { type QueueMembers, reduceMemberEvent, seedMembers } from '../../../src/client/live/reducers/queue-members.js'
import { seedQueues } from '../../../src/client/live/reducers/seed-queues.js'
import type { Call as Known, QueueSeed } from '../../../src/index.js'
import type { EventFrame } from '../../../src/simulator/exchange/event-encoder.js'
import { createExchange } from '../../../src/simulator/exchange/exchange.js'
import type { Exchange } from '../../../src/simulator/exchange/exchange-api.js'
import type { ExchangePlan } from '../../../src/simulator/exchange/exchange-config.js'
import type { CallView, QueueView } from '../../../src/simulator/exchange/exchange-model.js'
import { START } from '../../simulator/exchange/stage.js'
import { eventOf, type Stage, stage } from './stage.js'

/** A frame, and whose it is. */
export interface SentFrame {
  readonly frame: EventFrame
  /** Of a frame about a call, or about an agent's leg for it. */
  readonly call: CallView | undefined
}

/** What reaches the tracker of what was sent: frames, or the loss of the session. */
export type Arrival = SentFrame | 'lost'
/** Carries what was sent in one moment; `last`: whatever is still under way arrives now. */
export type Carrier = (sent: readonly SentFrame[], last: boolean) => readonly Arrival[]

/** An exchange, and a tracker that hears of it: what is, and what is known. */
export interface Watch {
  readonly exchange: Exchange
  /** As a tracker of calls has it. */
  readonly stage: Stage
  /** As a tracker of queues has it: the same store, or one of its own, to which a snapshot gives other things. */
  readonly lines: Stage
  readonly members: ReadonlyMap<string, QueueMembers>
  /** Lets time pass; at each moment at which something happens, what is sent arrives, and `look` is called. */
  wait(ms: number): void
  /** Whatever is still under way arrives. */
  settle(): void
  /**
   * A snapshot of the truth is merged. False if it cannot settle all: what was heard of since the gap is newer than any
   * snapshot, be it not all there was to hear.
   */
  seed(isQueuesFirst: boolean): boolean
  /** What the tracker should know of the calls, and what it knows. */
  calls(): Compared
  /** Who waits, who hops, who is a member. */
  queues(): Compared
  /** As `calls`, for what the tracker takes to be fresh after gaps. */
  fresh(): Compared
  /**
   * Which calls there are, and who waits: after a snapshot all of it is known, but not since when: who waited before
   * and waits now may have left in between.
   */
  seeded(): Compared
}
export interface Compared {
  readonly truth: unknown
  readonly known: unknown
}

const byText = (a: string, b: string) => (a < b ? -1 : 1)

/** @param isShared whether one store serves calls and queues, and so gets both snapshots */
export function watch(
  plan: ExchangePlan,
  seed: number,
  isShared: boolean,
  carry: Carrier,
  look: (watch: Watch) => void,
): Watch {
  const isDocument = plan.dialect === 'document'
  const tracker = stage()
  const lines = isShared ? tracker : stage()
  const stages = new Set([tracker, lines])
  const members = new Map<string, QueueMembers & { readonly proven: Set<string> }>(
    (plan.queues ?? []).map(({ queue }) => [queue, { members: [], proven: new Set() }]),
  )
  const seedMembersOf = (queue: string, seeds: QueueSeed['members'], at: number) => {
    const agents = members.get(queue)
    if (agents !== undefined) seedMembers(agents, agents.proven, seeds, at)
  }
  let unsent: SentFrame[] = []

  /** By any id that was sent, legs' included. */
  const callOf = new Map<unknown, CallView>()
  /** Answered in a queue: the document's dialect does not show by whom. */
  const takenInQueue = new Set<CallView>()
  /** Legs that were announced, and whose end has not arrived: their callee. */
  const announced = new Map<string, { readonly call: CallView; readonly callee: string }>()
  const knownOver = new Set<string>()
  /** Legs whose announcement arrived. */
  const offered = new Set<string>()
  /** Legs whose end was sent, whether it arrived or not. */
  const gone = new Set<string>()
  /** Whom a caller's channel dialled last. */
  const dialled = new Map<CallView, string>()
  /**
   * Members of whose pause nothing was sent since they were added: one who is added as paused is announced like any
   * other.
   */
  const unsure = new Set<string>()
  /** Calls that have dialled somebody. */
  const begun = new Set<CallView>()
  /** Those whose first begin did not arrive: a later one shows whom it likes. */
  const strangers = new Set<CallView>()
  /** Calls of which something did not arrive, and nothing since that shows where they stand. */
  const unproven = new Set<CallView>()
  /** Calls that wait by a snapshot that does not say where. */
  const placeless = new Set<CallView>()
  /** Picked up before the tracker had heard of them. */
  const early = new Set<CallView>()

  const exchange = createExchange(plan, {
    seed,
    start: START,
    tell: frame => {
      const { event, unique_id: id, from_queue_unique_id: parent } = frame
      const call = exchange.calls.get(String(parent ?? id)) ?? callOf.get(id)
      if (call !== undefined) callOf.set(id, call)
      if (event === 'call.pickup' && call?.phase === 'talking') {
        if (call.legs.some(({ state, kind }) => state === 'talking' && kind === 'agent')) takenInQueue.add(call)
        else takenInQueue.delete(call)
      }
      if (event === 'call.end') gone.add(String(id))
      if (event === 'call.begin' && parent === undefined && call !== undefined)
        dialled.set(call, String(frame['callee']))
      unsent.push({ frame, call })
    },
  })
  for (const [queue, { members: all }] of exchange.queues) {
    const seeds = all.map(({ party, paused }) => ({ member: party.number, name: party.name, paused }))
    seedMembersOf(queue, seeds, START)
  }

  /** Notes what the trackers can know of legs and members after this. */
  const noteArrival = ({ frame, call }: SentFrame) => {
    const id = String(frame['unique_id'])
    const member = `${frame['queue']} ${frame['member']}`
    switch (frame.event) {
      case 'call.pickup':
        if (call !== undefined && tracker.calls.find(id) === undefined) early.add(call)
        return
      case 'call.begin':
        if (frame['from_queue_unique_id'] === undefined || call === undefined) return
        announced.set(id, { call, callee: String(frame['callee']) })
        offered.add(id)
        return
      case 'call.end':
        if (announced.delete(id)) knownOver.add(id)
        return
      case 'queue.add':
        unsure.add(member)
        return
      case 'queue.pause':
      case 'queue.unpause':
        unsure.delete(member)
    }
  }
  const arrive = (sent: SentFrame) => {
    noteArrival(sent)
    const event = eventOf(sent.frame, { receivedAt: tracker.clock.now(), seq: 0, session: 1 })
    for (const one of stages) one.absorb(event)
    switch (event.event) {
      case 'queue.add':
      case 'queue.remove':
      case 'queue.pause':
      case 'queue.unpause': {
        const agents = members.get(event.queue)
        if (agents !== undefined) reduceMemberEvent(agents, agents.proven, event)
      }
    }
  }
  /** Notes what the tracker can know of a call after this. */
  const note = ({ frame, call }: SentFrame, arrives: boolean) => {
    if (call === undefined) return
    const { event, unique_id: id, from_queue_unique_id: parent } = frame
    const isOwn = parent === undefined && call.ids.includes(String(id))
    if (event === 'call.begin' && isOwn) noteBegin(call, arrives)
    if (event === 'queue.join' && arrives) placeless.delete(call)
    if (!arrives) unproven.add(call)
    // a pickup that came before any beginning is taken for that of the first begin to come, and so who answered is
    // wrong from then on
    else if (!early.has(call) && proves(frame, isOwn)) unproven.delete(call)
  }
  const noteBegin = (call: CallView, arrives: boolean) => {
    if (!begun.has(call) && !arrives) strangers.add(call)
    begun.add(call)
  }
  const proves = ({ event, unique_id: id }: EventFrame, isOwn: boolean) =>
    event === 'call.pickup' ? announced.has(String(id)) : isOwn && (event === 'call.begin' || event === 'queue.join')
  const loseSession = () => {
    for (const one of stages) one.calls.lost()
    // that a number is a queue's is known by its first event only: one whose first was lost would be taken for a
    // telephone
    for (const queue of exchange.queues.keys())
      for (const one of stages) one.receive({ event: 'queue.unpause', queue, member: '12' })
    for (const { proven } of members.values()) proven.clear()
  }
  const flush = (last = false) => {
    const sent = unsent
    unsent = []
    for (const { clock } of stages) clock.pass(exchange.now - clock.now())
    const arrivals = carry(sent, last)
    for (const arrival of arrivals) {
      if (arrival === 'lost') loseSession()
      else arrive(arrival)
    }
    for (const one of sent) note(one, arrivals.includes(one))
  }

  const live = () => [...new Set(exchange.calls.values())]
  const newest = ({ ids, id }: CallView) => ids.at(-1) ?? id
  const leg = (id: string, callee: string, kind: string, isAnswered: boolean) =>
    `${id} ${callee} ${kind}${isAnswered ? ' answered' : ''}`

  /** Live legs as far as the wire shows them: one whose end is late still seems to ring. */
  const legsOf = (call: CallView): string[] => {
    const legs: string[] = []
    for (const { id, party, kind, state } of call.legs) {
      if (kind === 'agent' && (isDocument || knownOver.has(id) || !announced.has(id))) continue
      legs.push(leg(kind === 'agent' ? id : newest(call), party.number, kind, state === 'talking'))
    }
    const isDialling = call.phase === 'ringing' && !call.legs.some(({ kind }) => kind === 'own')
    // nobody is there, which the exchange finds out in a moment
    if (isDialling) legs.push(leg(newest(call), dialled.get(call) ?? '', 'own', false))
    return [...legs].sort(byText)
  }
  const lateLegs = (call: CallView) =>
    [...announced].filter(([id, one]) => one.call === call && !call.legs.some(rung => rung.id === id)).map(([id]) => id)
  const knownLegs = ({ legs }: Known) => legs.filter(({ endedAt }) => endedAt === undefined)
  const lineOf = ({ uniqueId, callee, kind, answeredAt }: Known['legs'][number]) =>
    leg(uniqueId, callee, kind === 'agent' ? 'agent' : 'own', answeredAt !== undefined)

  const phaseOf = ({ phase }: CallView): Known['phase'] => {
    if (phase === 'talking') return 'answered'
    if (phase === 'over') return 'ended'
    return phase === 'queued' || phase === 'hopping' ? 'queued' : 'ringing'
  }
  const answererOf = (call: CallView) => (isDocument && takenInQueue.has(call) ? undefined : call.answeredBy?.number)

  const truthOf = (call: CallView) => ({
    id: call.id,
    uniqueId: newest(call),
    uniqueIds: call.ids,
    callRandomId: call.randomId,
    caller: begun.has(call) ? call.caller.number : '',
    callerName: begun.has(call) ? call.caller.name : '',
    calledNumber: begun.has(call) ? call.called : '',
    startedAt: call.beganAt,
    phase: phaseOf(call),
    answeredBy: answererOf(call),
    queue: call.queue && { queue: call.queue.name, joinedAt: call.queue.joinedAt, waitingSince: call.queue.since },
    legs: legsOf(call),
  })
  const knownOf = (call: Known, truth: CallView | undefined) => {
    const late = truth === undefined ? [] : lateLegs(truth)
    const {
      id,
      uniqueId,
      uniqueIds,
      callRandomId,
      caller,
      callerName,
      calledNumber,
      startedAt,
      phase,
      answeredBy,
      queue,
    } = call
    const shown = knownLegs(call)
    const missing = late.filter(one => !shown.some(rung => rung.uniqueId === one))
    return {
      ...{ id, uniqueId, uniqueIds, callRandomId, caller, callerName, calledNumber, startedAt, phase, answeredBy },
      queue: queue && { queue: queue.queue, joinedAt: queue.joinedAt, waitingSince: queue.waitingSince },
      legs: [
        ...shown.filter(rung => !late.includes(rung.uniqueId)).map(lineOf),
        ...missing.map(one => `${one} not shown though its end is still to come`),
      ].sort(byText),
    }
  }
  const rowsOf = (queue: string) => lines.calls.waiting(queue)

  const memberLine = (queue: string, member: string, name: string, paused: boolean) =>
    `${member} ${name} ${unsure.has(`${queue} ${member}`) ? 'unsure' : paused}`
  const trueMembers = (queue: string, all: QueueView['members']) =>
    all.map(({ party: { number, name }, paused }) => memberLine(queue, number, name, paused)).sort(byText)
  const knownMembers = (queue: string) =>
    members
      .get(queue)
      ?.members.map(({ member, name, paused }) => memberLine(queue, member, name, paused))
      .sort(byText)

  const callSeedsOf = (call: CallView): CallSeed[] => {
    const own = call.legs.find(({ kind }) => kind === 'own')
    const phase = phaseOf(call)
    if (phase === 'ended' || phase === 'lost') return []
    const seed: CallSeed = {
      uniqueId: newest(call),
      caller: call.caller.number,
      callerName: call.caller.name,
      callee: own?.party.number ?? dialled.get(call),
      calledNumber: call.called,
      phase,
      startedAt: call.beganAt,
    }
    return [seed, ...(isDocument ? [] : legSeedsOf(call))]
  }
  const legSeedsOf = (call: CallView): CallSeed[] =>
    call.legs.flatMap(({ id, party, kind, state }) => {
      if (kind !== 'agent' || gone.has(id)) return []
      announced.set(id, { call, callee: party.number })
      const phase = state === 'talking' ? 'answered' : 'ringing'
      return { uniqueId: id, fromQueueUniqueId: newest(call), callee: party.number, phase }
    })
  const queueSeedOf = ([queue, { members: all, waiting }]: [string, QueueView]): QueueSeed => ({
    queue,
    members: all.map(({ party, paused }) => ({ member: party.number, name: party.name, paused })),
    waiting: waiting.map(call => ({
      uniqueId: newest(call),
      caller: call.caller.number,
      callerName: call.caller.name,
      waitingSince: call.queue?.since,
    })),
  })
  /** A snapshot does not settle what the tracker takes to be fresh. */
  const forgetWhatASnapshotSettles = () => {
    for (const call of live()) if (tracker.calls.find(newest(call))?.call.stale !== false) unproven.delete(call)
  }
  /** An id that was replaced while nobody listened, and was heard of since, passes for a call of its own. */
  const isReplaced = ({ uniqueId, phase }: Known) =>
    phase !== 'ended' && phase !== 'lost' && exchange.calls.get(uniqueId)?.ids.at(-1) !== uniqueId
  /** A fresh call as it is; what nobody can know of it is as the tracker has it. */
  const freshTruthOf = (call: Known) => {
    const truth = exchange.calls.get(call.uniqueId)
    if (truth === undefined) return `${call.uniqueId} is over`
    const isCallerKnown = strangers.has(truth) || call.caller === truth.caller.number
    return {
      uniqueId: newest(truth),
      caller: isCallerKnown ? call.caller : truthOf(truth).caller,
      phase: phaseOf(truth),
      answeredBy: showsAnswerer(call) ? answererOf(truth) : 'whoever',
      queue: placeless.has(truth) ? call.queue?.queue : call.queue && truth.queue?.name,
      legs: isAnonymous(call) ? 'whose ever' : legsOf(truth),
    }
  }
  const isAnonymous = ({ phase, answeredBy }: Known) => phase === 'answered' && answeredBy === undefined
  /**
   * A pickup on the caller's own channel, or one before the gap, may have been followed by another that nobody heard.
   */
  const showsAnswerer = ({ phase, legs }: Known) =>
    phase === 'answered' && legs.some(({ endedAt, answeredAt }) => endedAt === undefined && answeredAt !== undefined)

  const self: Watch = {
    exchange,
    stage: tracker,
    lines,
    members,
    wait: ms => {
      const until = exchange.now + ms
      flush()
      look(self)
      for (let next = exchange.nextAt; next !== undefined && next <= until; next = exchange.nextAt) {
        exchange.advance(next)
        flush()
        look(self)
      }
      exchange.advance(until)
      flush()
    },
    settle: () => flush(true),
    seed: isQueuesFirst => {
      for (const id of announced.keys()) if (gone.has(id)) knownOver.add(id)
      forgetWhatASnapshotSettles()
      const at = tracker.clock.now()
      const queues = [...exchange.queues].map(queueSeedOf)
      if (isQueuesFirst) seedQueues(lines.store, queues, at)
      tracker.seed(...live().flatMap(callSeedsOf))
      if (!isQueuesFirst) seedQueues(lines.store, queues, at)
      for (const one of queues) seedMembersOf(one.queue, one.members, at)
      for (const call of live()) placeless.add(call)
      return live().every(call => !unproven.has(call)) && ![...tracker.calls.current.values()].some(isReplaced)
    },
    calls: () => {
      const known = [...tracker.calls.current.values()]
      const over = known.filter(({ phase }) => phase === 'ended' || phase === 'lost')
      return {
        truth: [
          ...live()
            .map(truthOf)
            .sort((a, b) => byText(a.id, b.id)),
          ...over.map(
            ({ id }) =>
              `${id} ended ${callOf.get(id)?.status}${callOf.get(id)?.answeredBy === undefined ? ' missed' : ''}`,
          ),
        ],
        known: [
          ...known
            .filter(call => !over.includes(call))
            .map(call => knownOf(call, callOf.get(call.id)))
            .sort((a, b) => byText(a.id, b.id)),
          ...over.map(({ id, phase, status, missed }) => `${id} ${phase} ${status}${missed ? ' missed' : ''}`),
        ],
      }
    },
    queues: () => {
      const queues = [...exchange.queues]
      const hopping = (queue: string) => live().filter(call => call.phase === 'hopping' && call.queue?.name === queue)
      return {
        truth: queues.map(([queue, { waiting, members: all }]) => ({
          waiting: waiting.map((call, index) => [
            call.id,
            call.queue?.since,
            hopping(queue).length > 0 ? 'behind who may come back' : index + 1,
          ]),
          hopping: hopping(queue)
            .map(({ id }) => id)
            .sort(byText),
          members: trueMembers(queue, all),
        })),
        known: queues.map(([queue]) => ({
          waiting: rowsOf(queue)
            .filter(({ left }) => left === undefined)
            .map(({ state, snapshot: { waitingSince, position } }) => [
              state.call.id,
              waitingSince,
              hopping(queue).length > 0 ? 'behind who may come back' : position,
            ]),
          hopping: rowsOf(queue)
            .filter(({ left }) => left !== undefined)
            .map(({ state }) => state.call.id)
            .sort(byText),
          members: knownMembers(queue),
        })),
      }
    },
    seeded: () => {
      const queues = [...exchange.queues]
      const known = [...tracker.calls.current.values()].filter(({ phase }) => phase !== 'ended' && phase !== 'lost')
      // an agent of whom nothing was heard took the caller; a store of queues alone has no legs from its snapshots
      const unheard = live().filter(
        ({ legs }) =>
          !isShared && legs.some(({ id, kind, state }) => kind === 'agent' && state === 'talking' && !offered.has(id)),
      )
      const hops = unheard.length > 0 || live().some(({ phase }) => phase === 'hopping')
      return {
        truth: [
          live()
            .map(call => `${newest(call)} fresh`)
            .sort(byText),
          queues.map(([, { waiting }]) => waiting.map((call, index) => [newest(call), hops || index + 1])),
          queues.map(([queue, { members: all }]) => trueMembers(queue, all)),
        ],
        known: [
          known.map(({ uniqueId, stale }) => `${uniqueId} ${stale ? 'stale' : 'fresh'}`).sort(byText),
          queues.map(([queue]) =>
            rowsOf(queue)
              .filter(
                ({ left, state }) =>
                  left === undefined && !unheard.some(({ ids }) => ids.includes(state.call.uniqueId)),
              )
              .map(({ state, snapshot: { position } }) => [state.call.uniqueId, hops || position]),
          ),
          queues.map(([queue]) => knownMembers(queue)),
        ],
      }
    },
    fresh: () => {
      // an agent whose offer nobody heard may take a call, a pickup before the first begin to come may be that of
      // another,
      // and a created call whose begin nobody heard seems to ring at home
      const isMistakable = (call: CallView) =>
        early.has(call) ||
        (call.randomId !== undefined && strangers.has(call)) ||
        (!isDocument && call.legs.some(({ id, kind }) => kind === 'agent' && !offered.has(id)))
      const calls = [...tracker.calls.current.values()].filter(({ uniqueId, stale, phase }) => {
        const truth = callOf.get(uniqueId)
        return !stale && phase !== 'ended' && phase !== 'lost' && (truth === undefined || !isMistakable(truth))
      })
      return {
        truth: calls.map(freshTruthOf),
        known: calls.map(call => {
          const truth = exchange.calls.get(call.uniqueId)
          const late = truth === undefined ? [] : lateLegs(truth)
          const { uniqueId, caller, phase, answeredBy, queue } = call
          const legs = knownLegs(call).filter(rung => !late.includes(rung.uniqueId))
          return {
            uniqueId,
            caller,
            phase,
            answeredBy: showsAnswerer(call) ? answeredBy : 'whoever',
            queue: queue?.queue,
            legs: isAnonymous(call) ? 'whose ever' : legs.map(lineOf).sort(byText),
          }
        }),
      }
    },
  }
  return self
}
