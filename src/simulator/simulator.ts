import { type AsyncDispose, disposable } from '../shared/async-dispose.js'
import { type Clock, systemClock } from '../shared/clock.js'
import { runInRealTime } from './exchange/real-time.js'
import { createTrafficLog, type TrafficLog } from './logs/traffic-log.js'
import { createTrafficWaits } from './logs/traffic-waits.js'
import { resolveSimulatorOptions, type SimulatorOptions } from './options.js'
import { type Audience, play } from './recordings/playback.js'
import { scenarioOf } from './scenarios/index.js'
import { withOwnIds } from './scenarios/scene.js'
import { createActionRouter } from './server/action-router.js'
import { type Connections, createConnections } from './server/connections.js'
import { urlOf } from './server/listener.js'
import type { RefusalMode } from './server/login-failure.js'
import { toMessage } from './server/message.js'
import { createPbxLink } from './server/pbx-link.js'
import { runFaults } from './server/run-faults.js'
import { createServerControls } from './server/server-controls.js'
import { createServerLifecycle } from './server/server-lifecycle.js'
import type { Telephony, TelephonyLine } from './server/telephony.js'
import { createUserDirectory } from './server/users.js'
import type { Simulator } from './simulator-api.js'

/** The parts of a simulator that a spec can replace. */
export interface SimulatorParts {
  /** The clock of every timer and time. @default the clock of the runtime */
  clock?: Clock
  /** Plugs in other telephones than the exchange's. */
  plugIn?: (line: TelephonyLine) => Telephony
}

/** The logged-in clients, as playback sees them. */
function audienceOf(connections: Connections, log: TrafficLog): Audience {
  const count = () => connections.clients.filter(({ loggedIn }) => loggedIn).length
  return {
    send: frame => connections.send(toMessage(frame)),
    count,
    close: code => connections.close(code, ''),
    gathered: async wanted => {
      while (count() < wanted) await log.loggedIn.nth(log.loggedIn.entries.length + 1)
    },
  }
}

/** Builds the server of a simulator, which does not listen yet, and its exchange. */
function createServer(options: SimulatorOptions, { clock, plugIn }: SimulatorParts & { clock: Clock }) {
  const { host, port, users, loginTimeout, traffic, speed, featureCodes } = resolveSimulatorOptions(options)
  const closed = new AbortController()
  const log = createTrafficLog()
  const link = createPbxLink()
  const directory = createUserDirectory(users)
  let loginFailure: RefusalMode | undefined

  const line: TelephonyLine = {
    send: event => (link.failure === undefined ? connections.send(toMessage(event)) : 0),
    closed: closed.signal,
  }
  const { exchange, telephony } = runInRealTime({ traffic, line, clock, speed })
  const router = createActionRouter({
    users: directory,
    link,
    telephony: plugIn?.(line) ?? telephony,
    featureCodes,
  })
  const connections: Connections = createConnections({
    server: { users: directory, router, link, clock, loginTimeout, loginFailure: () => loginFailure },
    log,
    clock,
  })
  const lifecycle = createServerLifecycle({ host, port, connections, clock, closed: closed.signal })
  const controls = createServerControls({
    connections,
    lifecycle,
    link,
    setLoginFailure: mode => {
      loginFailure = mode
    },
  })
  return { host, clock, closed, log, connections, lifecycle, controls, exchange }
}

function createSimulator(server: ReturnType<typeof createServer>): Simulator {
  const { host, clock, closed, log, connections, lifecycle, controls, exchange } = server
  const playback = { audience: audienceOf(connections, log), clock, closed: closed.signal }
  let closing: Promise<void> | undefined
  /** Number of scenarios played so far, from which their ids are made. */
  let plays = 0

  const close = async () => {
    closed.abort()
    // frames held back by faults go out before the 110
    connections.setFaults(undefined)
    await lifecycle.stop()
    log.close()
  }
  const closeOnce = () => {
    closing ??= close()
    return closing
  }

  const surface: Omit<Simulator, keyof AsyncDispose> = {
    get url() {
      return urlOf(host, lifecycle.port)
    },
    get port() {
      return lifecycle.port
    },
    get clients() {
      return connections.clients
    },
    get received() {
      return [...log.received.entries]
    },
    get sent() {
      return [...log.sent.entries]
    },
    send: frame => connections.send(toMessage(frame)),
    sendTo: (client, frame) => connections.sendTo(client, toMessage(frame)),
    play: (recording, options = {}) => play(recording, options, playback),
    playScenario: async (name, options = {}) => {
      const scenario = scenarioOf(name)
      plays += 1
      if ('record' in scenario) await surface.play(withOwnIds(scenario.record(), plays), options)
      else await scenario.perform(surface)
    },
    exchange,
    ...controls,
    runFaults: (schedule, options = {}) => runFaults(schedule, options, { controls, clock, closed: closed.signal }),
    ...createTrafficWaits(log),
    close: closeOnce,
  }
  return disposable(surface, closeOnce)
}

/** Starts a simulator, with parts that a spec has replaced. */
export async function launch(options: SimulatorOptions, parts: SimulatorParts = {}): Promise<Simulator> {
  const server = createServer(options, { ...parts, clock: parts.clock ?? systemClock })
  try {
    await server.lifecycle.start()
  } catch (error) {
    // a running exchange must not outlive the failure
    server.closed.abort()
    throw error
  }
  return createSimulator(server)
}

/**
 * Starts a simulator, and resolves when it listens. Rejects with `InvalidOptionsError`, or with `ListenError` when
 * the port cannot be had.
 */
export function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  return launch(options)
}
