import type { CallSeed } from '../../../src/client/live/call.js'
import { type Members, seedMembers, tellMember } from '../../../src/client/live/queue-members.js'
import { isMemberEvent } from '../../../src/client/live/reducers/index.js'
import { seedWaiting } from '../../../src/client/live/reducers/seed-queues.js'
import { decodeFrame, type Call as Known, type QueueSeed } from '../../../src/index.js'
import type { EventFrame } from '../../../src/simulator/exchange/event-encoder.js'
import { createExchange } from '../../../src/simulator/exchange/exchange.js'
import type { Exchange } from '../../../src/simulator/exchange/exchange-api.js'
import type { ExchangePlan } from '../../../src/simulator/exchange/exchange-config.js'
import type { CallView, QueueView } from '../../../src/simulator/exchange/exchange-model.js'
import { START } from '../../simulator/exchange/stage.js'
import { type Stage, stage } from './stage.js'

/** A frame, and whose it is. */
export interface Told {
  readonly frame: EventFrame
  /** Of a frame about a call, or about an agent's leg for it. */
  readonly call: CallView | undefined
}

/** What reaches the tracker of what was told: frames, or that the session was lost. */
export type Arrival = Told | 'lost'
/** Carries what was told in one moment; `last`: whatever is still under way arrives now. */
export type Carrier = (told: readonly Told[], last: boolean) => readonly Arrival[]

/** An exchange, and a tracker that hears of it: what is, and what is known. */
export interface Watch {
  readonly exchange: Exchange
  /** As a tracker of calls has it. */
  readonly stage: Stage
  /** As a tracker of queues has it: a snapshot gives it other things. */
  readonly lines: Stage
  readonly members: ReadonlyMap<string, Members>
  /** Lets time pass; at each moment at which something happens, what is told arrives, and `look` is called. */
  wait(ms: number): void
  /** Whatever is still under way arrives. */
  settle(): void
  /** A snapshot of the truth is merged. False if it cannot settle all: what was heard of since the gap is newer than any snapshot, be it not all there was to hear. */
  seed(): boolean
  /** What the tracker should know of the calls, and what it knows. */
  calls(): Compared
  /** Who waits, who hops, who is a member. */
  queues(): Compared
  /** As `calls`, for what the tracker takes to be fresh after gaps. */
  fresh(): Compared
  /** Which calls there are, and who waits: after a snapshot all of it is known, but not since when: who waited before and waits now may have left in between. */
  seeded(): Compared
}
export interface Compared {
  readonly truth: unknown
  readonly known: unknown
}

const byText = (a: string, b: string) => (a < b ? -1 : 1)

export function watch(plan: ExchangePlan, seed: number, carry: Carrier, look: (watch: Watch) => void): Watch {
  const isDocument = plan.dialect === 'document'
  const tracker = stage()
  const lines = stage()
  const members = new Map<string, Members & { readonly told: Set<string> }>(
    (plan.queues ?? []).map(({ queue }) => [queue, { members: [], told: new Set() }]),
  )
  let unsent: Told[] = []

  /** By any id that was told, legs' included. */
  const callOf = new Map<unknown, CallView>()
  /** Answered in a queue: of which the document's dialect does not tell by whom. */
  const takenInQueue = new Set<CallView>()
  /** Legs that were announced, and whose end has not arrived: their callee. */
  const announced = new Map<string, { readonly call: CallView; readonly callee: string }>()
  const toldOver = new Set<string>()
  /** Legs whose announcement arrived. */
  const offered = new Set<string>()
  /** The same of legs whose end was told, whether it arrived or not. */
  const gone = new Set<string>()
  /** Whom a caller's channel dialled last. */
  const dialled = new Map<CallView, string>()
  /** Members of whose pause nothing has been told since they were added: one who is added as paused is announced like any other. */
  const unsure = new Set<string>()
  /** Calls that have dialled somebody. */
  const begun = new Set<CallView>()
  /** Those whose first begin did not arrive: a later one shows whom it likes. */
  const strangers = new Set<CallView>()
  /** Of which something did not arrive, and nothing has since that tells where they stand. */
  const unproven = new Set<CallView>()
  /** Of whom a snapshot has told that they wait, but not where. */
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
    const agents = members.get(queue)
    if (agents !== undefined) seedMembers(agents, agents.told, seeds, START)
  }

  const arrive = ({ frame, call }: Told) => {
    const id = String(frame['unique_id'])
    const queue = String(frame['queue'])
    switch (frame.event) {
      case 'call.pickup':
        if (call !== undefined && tracker.journeys.find(id) === undefined) early.add(call)
        break
      case 'call.begin':
        if (frame['from_queue_unique_id'] === undefined || call === undefined) break
        announced.set(id, { call, callee: String(frame['callee']) })
        offered.add(id)
        break
      case 'call.end':
        if (!announced.has(id)) break
        announced.delete(id)
        toldOver.add(id)
        break
      case 'queue.add':
        unsure.add(`${queue} ${frame['member']}`)
        break
      case 'queue.pause':
      case 'queue.unpause':
        unsure.delete(`${queue} ${frame['member']}`)
    }
    tracker.tell(frame)
    lines.tell(frame)
    const decoded = decodeFrame(JSON.stringify(frame))
    if (decoded.kind !== 'event') return
    const event = { ...decoded.event, meta: { receivedAt: tracker.clock.now(), seq: 0, session: 1 } }
    const agents = isMemberEvent(event) && members.get(event.queue)
    if (agents) tellMember(agents, agents.told, event)
  }
  /** Notes what the tracker can know of a call after this. */
  const note = ({ frame, call }: Told, arrives: boolean) => {
    if (call === undefined) return
    const { event, unique_id: id, from_queue_unique_id: parent } = frame
    const isOwn = parent === undefined && call.ids.includes(String(id))
    if (event === 'call.begin' && isOwn && !begun.has(call)) {
      begun.add(call)
      if (!arrives) strangers.add(call)
    }
    if (event === 'queue.join' && arrives) placeless.delete(call)
    if (!arrives) unproven.add(call)
    // a pickup that came before any beginning is taken for that of the first begin to come, and so who answered is wrong from then on
    else if (early.has(call)) return
    else if (
      (isOwn && (event === 'call.begin' || event === 'queue.join')) ||
      (event === 'call.pickup' && announced.has(String(id)))
    )
      unproven.delete(call)
  }
  const flush = (last = false) => {
    const told = unsent
    unsent = []
    for (const { clock } of [tracker, lines]) clock.pass(exchange.now - clock.now())
    const arrivals = carry(told, last)
    for (const arrival of arrivals) {
      if (arrival === 'lost') {
        tracker.journeys.lost()
        lines.journeys.lost()
        // that a number is a queue's is known by its first event only: one whose first was lost would be taken for a telephone
        for (const queue of exchange.queues.keys())
          for (const one of [tracker, lines]) one.tell({ event: 'queue.unpause', queue, member: '12' })
        for (const { told } of members.values()) told.clear()
      } else arrive(arrival)
    }
    for (const one of told) note(one, arrivals.includes(one))
  }

  const live = () => [...new Set(exchange.calls.values())]
  const newest = ({ ids, id }: CallView) => ids.at(-1) ?? id
  const leg = (id: string, callee: string, kind: string, isAnswered: boolean) =>
    `${id} ${callee} ${kind}${isAnswered ? ' answered' : ''}`

  /** Live legs as far as the wire has told of them: one whose end is late still seems to ring, one that is told to be over seems so. */
  const legsOf = (call: CallView): string[] => {
    const legs: string[] = []
    for (const { id, party, kind, state } of call.legs) {
      if (kind === 'agent' && (isDocument || toldOver.has(id) || !announced.has(id))) continue
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
        ...missing.map(one => `${one} not shown though its end is still to be told`),
      ].sort(byText),
    }
  }
  const rowsOf = (queue: string) => lines.journeys.waiting(queue)

  const memberLine = (queue: string, member: string, name: string, paused: boolean) =>
    `${member} ${name} ${unsure.has(`${queue} ${member}`) ? 'unsure' : paused}`
  const trueMembers = (queue: string, all: QueueView['members']) =>
    all.map(({ party: { number, name }, paused }) => memberLine(queue, number, name, paused)).sort(byText)
  const knownMembers = (queue: string) =>
    members
      .get(queue)
      ?.members.map(({ member, name, paused }) => memberLine(queue, member, name, paused))
      .sort(byText)

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
    seed: () => {
      for (const id of announced.keys()) if (gone.has(id)) toldOver.add(id)
      // what it takes to be fresh a snapshot does not settle
      for (const call of live()) if (tracker.journeys.find(newest(call))?.call.stale !== false) unproven.delete(call)
      const seeds: CallSeed[] = []
      for (const call of live()) {
        const own = call.legs.find(({ kind }) => kind === 'own')
        const phase = phaseOf(call)
        if (phase === 'ended' || phase === 'lost') continue
        seeds.push({
          uniqueId: newest(call),
          caller: call.caller.number,
          callerName: call.caller.name,
          callee: own?.party.number ?? dialled.get(call),
          calledNumber: call.called,
          phase,
          startedAt: call.beganAt,
        })
        for (const { id, party, kind, state } of call.legs) {
          if (kind !== 'agent' || isDocument || gone.has(id)) continue
          announced.set(id, { call, callee: party.number })
          seeds.push({
            uniqueId: id,
            fromQueueUniqueId: newest(call),
            callee: party.number,
            phase: state === 'talking' ? 'answered' : 'ringing',
          })
        }
      }
      tracker.seed(...seeds)
      const queues: QueueSeed[] = [...exchange.queues].map(([queue, { members: all, waiting }]) => ({
        queue,
        members: all.map(({ party, paused }) => ({ member: party.number, name: party.name, paused })),
        waiting: waiting.map(call => ({
          uniqueId: newest(call),
          caller: call.caller.number,
          callerName: call.caller.name,
          waitingSince: call.queue?.since,
        })),
      }))
      seedWaiting(lines.ledger, queues, lines.clock.now())
      for (const one of queues) {
        const agents = members.get(one.queue)
        if (agents !== undefined) seedMembers(agents, agents.told, one.members, tracker.clock.now())
      }
      for (const call of live()) placeless.add(call)
      // an id that was replaced while nobody listened, and was heard of since, passes for a call of its own
      const isReplaced = ({ uniqueId, phase }: Known) =>
        phase !== 'ended' && phase !== 'lost' && exchange.calls.get(uniqueId)?.ids.at(-1) !== uniqueId
      return live().every(call => !unproven.has(call)) && ![...tracker.journeys.current.values()].some(isReplaced)
    },
    calls: () => {
      const known = [...tracker.journeys.current.values()]
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
            .map(({ journey, seat: { waitingSince, position } }) => [
              journey.call.id,
              waitingSince,
              hopping(queue).length > 0 ? 'behind who may come back' : position,
            ]),
          hopping: rowsOf(queue)
            .filter(({ left }) => left !== undefined)
            .map(({ journey }) => journey.call.id)
            .sort(byText),
          members: knownMembers(queue),
        })),
      }
    },
    seeded: () => {
      const queues = [...exchange.queues]
      const known = [...tracker.journeys.current.values()].filter(({ phase }) => phase !== 'ended' && phase !== 'lost')
      // an agent of whom nothing was heard took the caller; a tracker of queues has no legs from its snapshots
      const unheard = live().filter(({ legs }) =>
        legs.some(({ id, kind, state }) => kind === 'agent' && state === 'talking' && !offered.has(id)),
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
                ({ left, journey }) =>
                  left === undefined && !unheard.some(({ ids }) => ids.includes(journey.call.uniqueId)),
              )
              .map(({ journey, seat: { position } }) => [journey.call.uniqueId, hops || position]),
          ),
          queues.map(([queue]) => knownMembers(queue)),
        ],
      }
    },
    fresh: () => {
      // a pickup on the caller's own channel, or one before the gap, may have been followed by another that nobody heard
      const tellsAnswerer = ({ phase, legs }: Known) =>
        phase === 'answered' &&
        legs.some(({ endedAt, answeredAt }) => endedAt === undefined && answeredAt !== undefined)
      const isAnonymous = ({ phase, answeredBy }: Known) => phase === 'answered' && answeredBy === undefined
      // an agent whose offer nobody heard may take a call, a pickup before the first begin to come may be that of another,
      // and a created call whose begin nobody heard seems to ring at home
      const isMistakable = (call: CallView) =>
        early.has(call) ||
        (call.randomId !== undefined && strangers.has(call)) ||
        (!isDocument && call.legs.some(({ id, kind }) => kind === 'agent' && !offered.has(id)))
      const calls = [...tracker.journeys.current.values()].filter(({ uniqueId, stale, phase }) => {
        const truth = callOf.get(uniqueId)
        return !stale && phase !== 'ended' && phase !== 'lost' && (truth === undefined || !isMistakable(truth))
      })
      return {
        truth: calls.map(call => {
          const truth = exchange.calls.get(call.uniqueId)
          if (truth === undefined) return `${call.uniqueId} is over`
          return {
            uniqueId: newest(truth),
            caller: strangers.has(truth) || call.caller === truth.caller.number ? call.caller : truthOf(truth).caller,
            phase: phaseOf(truth),
            answeredBy: tellsAnswerer(call) ? answererOf(truth) : 'whoever',
            queue: placeless.has(truth) ? call.queue?.queue : call.queue && truth.queue?.name,
            legs: isAnonymous(call) ? 'whose ever' : legsOf(truth),
          }
        }),
        known: calls.map(call => {
          const truth = exchange.calls.get(call.uniqueId)
          const late = truth === undefined ? [] : lateLegs(truth)
          const { uniqueId, caller, phase, answeredBy, queue } = call
          const legs = knownLegs(call).filter(rung => !late.includes(rung.uniqueId))
          return {
            uniqueId,
            caller,
            phase,
            answeredBy: tellsAnswerer(call) ? answeredBy : 'whoever',
            queue: queue?.queue,
            legs: isAnonymous(call) ? 'whose ever' : legs.map(lineOf).sort(byText),
          }
        }),
      }
    },
  }
  return self
}
