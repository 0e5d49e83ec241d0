import type { Observable } from 'rxjs'
import { createPbxClient } from '../../../src/client/create-client.js'
import { NotSentError, type OutboundCall, type Redirection } from '../../../src/index.js'
import { type DealtAction, type Simulator, startSimulator } from '../../../src/simulator/index.js'
import { within } from '../../support/bare-server.js'
import { EAGER } from '../../support/client.js'
import { type TearingProxy, tearingProxy } from '../../support/tearing-proxy.js'
import { createWireLog, isAction, type WireLog, type Written } from '../../support/wire-log.js'
import { PASSWORD, PLAN, type Script, type Step, type Target, type Trouble, USERS } from './script.js'

const LIMITS = { sendWithin: 50, settleWithin: 40, confirmWithin: 60 }

/** One request, and everything its subscribers got. */
export interface Asked {
  readonly action: 'call.create' | 'call.hangup' | 'call.redirect'
  /** The phases or events that its subscriber got. */
  readonly seen: string[]
  /** Terminal notifications, of which a subscriber may get one. */
  readonly ends: unknown[]
  /** The same for a second subscriber. */
  readonly again: { readonly seen: string[]; readonly ends: unknown[] }
  readonly callRandomId?: string | undefined
  readonly call?: OutboundCall | undefined
}

/** An action on the wire. */
export interface Sent {
  readonly written: Written
  /** Its request. */
  readonly asked: Asked | undefined
  /** The PBX's dealing with it; undefined if it never got there. */
  readonly dealt: DealtAction | undefined
}

export interface Played {
  readonly asked: readonly Asked[]
  /** In the order of writing. */
  readonly sent: readonly Sent[]
  readonly simulator: Pick<Simulator, 'received'>
}

const COMPLETE = Symbol('complete')

/** Plays a script with a client, a network and a PBX, and closes everything. */
export async function play(script: Script): Promise<Played> {
  const sim = await startSimulator({
    users: USERS,
    exchange: { ...PLAN, createdIds: script.createdIds },
    seed: script.seed,
  })
  const proxy = await tearingProxy(sim)
  proxy.arrange(({ n, ...flows }) => {
    const torn = script.tears[n - 1]
    if (torn !== undefined) flows[torn.flow].tearAfter(torn.at, torn.how)
  })
  const wireLog = createWireLog()
  const dealt = collect(sim)
  const pbx = createPbxClient({
    url: proxy.url,
    credentials: { username: script.username, password: PASSWORD },
    reconnect: EAGER,
    loginTimeout: 500,
    linger: 0,
    actions: { ...LIMITS, concurrency: script.concurrency },
    WebSocket: wireLog.WebSocket,
  })
  const asked: Asked[] = []
  /** Restarts, and changes of the proxy's port. */
  const underway: Promise<unknown>[] = []
  let port = Promise.resolve()
  const onPort = (change: () => Promise<void>) => {
    port = port.then(change)
  }

  const ask = <T extends { phase?: string; event?: unknown }>(
    action: Asked['action'],
    request$: Observable<T>,
    leave: boolean,
  ): Promise<void> => {
    const one: { -readonly [K in keyof Asked]: Asked[K] } = {
      action,
      seen: [],
      ends: [],
      again: { seen: [], ends: [] },
    }
    if (leave) request$.subscribe({ error: () => {} }).unsubscribe()
    asked.push(one)
    return new Promise(resolve => {
      const subscribe = (seen: string[], ends: unknown[]) =>
        request$.subscribe({
          next: value => {
            seen.push(value.phase ?? String(value.event))
            if ('callRandomId' in value) {
              one.call = value as unknown as OutboundCall
              one.callRandomId = one.call.callRandomId
            }
            if (value.phase !== 'sent') resolve()
          },
          error: error => {
            ends.push(error)
            resolve()
          },
          complete: () => {
            ends.push(COMPLETE)
            resolve()
          },
        })
      subscribe(one.seen, one.ends)
      // whoever comes second asks for nothing
      subscribe(one.again.seen, one.again.ends)
    })
  }

  const uniqueId = ({ of, which }: Target): string | OutboundCall => {
    const own = asked.flatMap(({ call }) => (call?.uniqueId === undefined ? [] : [call]))
    const ids = [...sim.exchange.calls.keys()]
    const nobody = `1700000000.${asked.length}`
    if (of === 'own') return own[which % own.length] ?? nobody
    return (of === 'anybody' ? ids[which % ids.length] : undefined) ?? nobody
  }

  const perform = (step: Step): Promise<void> | undefined => {
    switch (step.do) {
      case 'create':
        return ask('call.create', pbx.createCall({ from: step.from, to: step.to }), step.leave)
      case 'hangup':
        return ask('call.hangup', pbx.hangup(uniqueId(step.target)), step.leave)
      case 'redirect':
        return ask<Redirection>('call.redirect', pbx.redirect(uniqueId(step.target), step.to), step.leave)
      case 'dial':
        sim.exchange.dial(step)
        return undefined
      case 'trouble':
        makeTrouble(step.trouble, { sim, proxy, onPort, later: promise => underway.push(promise) })
        return undefined
    }
  }

  const holding = pbx.connect()
  const outcomes: (Promise<void> | undefined)[] = []
  for (const step of script.steps) {
    const outcome = perform(step)
    outcomes.push(outcome)
    if (step.wait === 'outcome') await within(5_000, 'an outcome', outcome ?? turns(1))
    else await turns(step.wait)
  }
  await within(5_000, 'an outcome of everything', Promise.all(outcomes))

  // the logout is to find an open road
  sim.setFaults(undefined)
  for (const { toServer, toClient } of proxy.connections) {
    toServer.resume()
    toClient.resume()
  }
  holding.unsubscribe()
  await within(5_000, "the client's close", pbx.close())
  await within(5_000, 'the end of all troubles', Promise.all([port, ...underway]))
  await within(5_000, "the simulator's close", sim.close())
  await within(5_000, "the proxy's close", proxy.close())
  return { asked, sent: traced(asked, wireLog, sim, await dealt), simulator: sim }
}

function makeTrouble(
  trouble: Trouble,
  {
    sim,
    proxy,
    onPort,
    later,
  }: {
    sim: Simulator
    proxy: TearingProxy
    onPort: (change: () => Promise<void>) => void
    later: (promise: Promise<void>) => void
  },
): void {
  const last = proxy.connections.at(-1)
  switch (trouble.kind) {
    case 'drop':
      return sim.drop()
    case 'fail':
      return sim.fail()
    case 'refuse':
      return onPort(async () => {
        await proxy.refuse()
        proxy.tear()
      })
    case 'accept':
      return onPort(proxy.accept)
    case 'stall-to-server':
      return last?.toServer.stall()
    case 'stall-to-client':
      return last?.toClient.stall()
    case 'half-close':
      return last?.toServer.halfClose()
    case 'resume':
      last?.toServer.resume()
      return last?.toClient.resume()
    case 'trickle':
      last?.toServer.trickle(trouble)
      return last?.toClient.trickle(trouble)
    case 'restart':
      return later(sim.restart(trouble))
    case 'faults':
      return sim.setFaults(trouble.faults)
  }
}

/** All that the PBX has dealt with, once it is closed. */
async function collect(sim: Simulator): Promise<readonly DealtAction[]> {
  const dealt: DealtAction[] = []
  try {
    for (;;) dealt.push(await sim.waitForAction(undefined, dealt.length + 1))
  } catch {
    return dealt
  }
}

/** Every action on the wire, with its request and with what the PBX did with it. */
function traced(asked: readonly Asked[], wireLog: WireLog, sim: Simulator, dealt: readonly DealtAction[]): Sent[] {
  // the hash of a login is that of one connection only
  const clientOf = new Map(sim.received.map(({ client, raw }) => [raw, client]))
  const clients = new Map(
    wireLog.written.flatMap(({ socket, text }) =>
      clientOf.has(text) && text.includes('user.login') ? [[socket, clientOf.get(text)]] : [],
    ),
  )
  // order of asking is order of writing: nothing else distinguishes two equal hangups apart
  const owners = asked.filter(wasWritten)
  const reached = new Map<number | undefined, number>()
  return wireLog.actions.map((written, order) => {
    const client = clients.get(written.socket)
    const index = reached.get(client) ?? 0
    reached.set(client, index + 1)
    return {
      written,
      asked: owners[order],
      dealt: client === undefined ? undefined : dealt.filter(one => one.client === client && isAction(one))[index],
    }
  })
}

export function wasWritten({ ends: [end] }: Asked): boolean {
  return !(end instanceof NotSentError)
}

/** Lets the event loop go round so many times: whatever is ready happens. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate)
}
