import { setTimeout as delay } from 'node:timers/promises'
import { InvalidOptionsError } from '../client/errors.js'
import { LONGEST } from '../client/options.js'
import { type AsyncDispose, disposable } from '../shared/async-dispose.js'
import { SimulatorClosedError } from './errors.js'
import { goLive } from './exchange/real-time.js'
import { createJournal, type WireFrame } from './logs/traffic-log.js'
import { isWait, resolveSimulatorOptions, type SimulatorOptions } from './options.js'
import { type Audience, play } from './recordings/playback.js'
import { scenarioOf } from './scenarios/index.js'
import { renewed } from './scenarios/scene.js'
import { createSwitchboard } from './server/action-router.js'
import { closeFrame } from './server/close-frame.js'
import { createRoster, NORMAL } from './server/connections.js'
import { resolveFaults } from './server/faults.js'
import { type Listener, listen, urlOf } from './server/listener.js'
import { REFUSALS, type RefusalMode } from './server/login-failure.js'
import { toMessage } from './server/message.js'
import { createPbxLink } from './server/pbx-link.js'
import { type AnswerMeaning, answer } from './server/response-table.js'
import { runFaults } from './server/run-faults.js'
import type { Telephony, TelephonyLine } from './server/telephony.js'
import { createUserDirectory } from './server/users.js'
import type { RestartOptions, Simulator } from './simulator-api.js'

/** ms that clients have to take part in the closing handshake. */
const GRACE = 1_000

/** Starts a simulator and resolves when it listens. Rejects with `InvalidOptionsError`, or `ListenError` when the port cannot be had. */
export function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  return launch(options)
}

/** `startSimulator`, where other telephones than the exchange's may be plugged in. */
export async function launch(options: SimulatorOptions, plug?: (line: TelephonyLine) => Telephony): Promise<Simulator> {
  const { host, loginTimeout, traffic, speed, featureCodes, ...given } = resolveSimulatorOptions(options)
  const users = createUserDirectory(given.users)
  const link = createPbxLink()
  const journal = createJournal()
  const closed = new AbortController()
  let refusal: RefusalMode | undefined
  let listener: Listener | undefined
  let port = given.port
  /** Restarts, one after the other. Never rejects. */
  let turn: Promise<unknown> = Promise.resolve()
  let closing: Promise<void> | undefined
  /** Scenarios that were played. */
  let plays = 0

  const start = async () => {
    listener = await listen({ host, port, upgrade: roster.upgrade })
    port = listener.port
  }
  const tear = () => {
    roster.tear()
    listener?.tear()
  }
  /** Ends all connections; in good order if they can be talked to. */
  const goDown = async (reason?: AnswerMeaning, { notice = true } = {}) => {
    const stopped = listener?.stop(GRACE)
    if (notice && !roster.frozen) roster.dismiss(reason)
    else tear()
    roster.thaw()
    // the port is free a moment before the last client is known to be gone
    await Promise.all([stopped, roster.emptied()])
  }

  const restartNow = async ({ notice = true, downFor = 0 }: RestartOptions) => {
    if (!isWait(downFor))
      throw new InvalidOptionsError(
        `'downFor' must be a number of milliseconds from 0 to ${LONGEST}, not ${String(downFor)}.`,
      )
    const away = delay(downFor, undefined, { signal: closed.signal }).catch(() => {})
    if (!closed.signal.aborted) await Promise.all([goDown('restarting', { notice }), away])
    if (closed.signal.aborted) throw new SimulatorClosedError('The simulator was closed, so it did not restart.')
    await start()
  }
  const restart = (how: RestartOptions = {}) => {
    const restarted = turn.then(() => restartNow(how))
    // also keeps a restart that nobody awaits from ending the process when the simulator closes
    turn = restarted.catch(() => {})
    return restarted
  }

  const close = () => {
    closing ??= (async () => {
      closed.abort()
      // what is held back goes out before the goodbye
      roster.setFaults(undefined)
      await turn
      await goDown()
      journal.close()
    })()
    return closing
  }

  const isOf = (name: string) => (received: WireFrame) =>
    (received.frame as { action?: unknown } | null | undefined)?.action === name

  const send = (frame: object | string | Uint8Array) => roster.send(toMessage(frame))
  const announce = (meaning: AnswerMeaning) => roster.send(toMessage(answer(meaning)))

  const present = () => roster.clients.filter(({ loggedIn }) => loggedIn).length
  const gathered = async (count: number) => {
    while (present() < count) await journal.loggedIn.nth(journal.loggedIn.entries.length + 1)
  }
  const audience: Audience = { send, present, gathered, dismiss: code => roster.close(code, ''), closed: closed.signal }

  const line: TelephonyLine = { send: event => (link.trouble === undefined ? send(event) : 0), closed: closed.signal }
  const { exchange, telephony } = goLive(traffic, line, { speed })

  const surface: Omit<Simulator, keyof AsyncDispose> = {
    get url() {
      return urlOf(host, port)
    },
    get port() {
      return port
    },
    get clients() {
      return roster.clients
    },
    get received() {
      return [...journal.received.entries]
    },
    get sent() {
      return [...journal.sent.entries]
    },
    send,
    sendTo: (client, frame) => roster.sendTo(client, toMessage(frame)),
    announce,
    play: (recording, how = {}) => play(recording, how, audience),
    playScenario: async (name, how = {}) => {
      const scenario = scenarioOf(name)
      plays += 1
      await ('record' in scenario ? surface.play(renewed(scenario.record(), plays), how) : scenario.perform(surface))
    },
    exchange,
    refuseLogins: mode => {
      if (mode !== undefined && !REFUSALS.includes(mode))
        throw new InvalidOptionsError(
          `'${String(mode)}' is no way to refuse logins; the ways are ${REFUSALS.join(', ')}.`,
        )
      refusal = mode
    },
    restart,
    drop: tear,
    closeClients: frame => {
      const { code, reason } = closeFrame(frame)
      roster.close(code, reason)
    },
    freeze: () => roster.freeze(),
    thaw: () => roster.thaw(),
    losePbx: () => {
      if (link.lose()) announce('pbx-retrying')
    },
    giveUpPbx: ({ close: sendAway = false } = {}) => {
      const news = link.giveUp(sendAway)
      if (sendAway) roster.dismiss('pbx-unreachable', { code: NORMAL, online: true })
      else if (news) announce('pbx-unreachable')
    },
    findPbx: () => link.find(),
    fail: () => roster.dismiss('server-error', { code: NORMAL }),
    setFaults: faults => roster.setFaults(faults === undefined ? undefined : resolveFaults(faults)),
    runFaults: (schedule, how = {}) => runFaults(schedule, how, closed.signal, surface),
    waitForClient: (n = 1) => journal.connected.nth(n),
    waitForLogin: (n = 1) => journal.loggedIn.nth(n),
    waitForFrame: (match, n = 1) => journal.received.nth(n, typeof match === 'string' ? isOf(match) : match),
    waitForAction: (name, n = 1) => journal.actions.nth(n, ({ action }) => name === undefined || action === name),
    waitForClose: (n = 1) => journal.closed.nth(n),
    close,
  }
  const simulator: Simulator = disposable(surface, close)

  const telephones = plug?.(line) ?? telephony
  const switchboard = createSwitchboard({ users, link, telephony: telephones, featureCodes })
  const roster = createRoster({ users, switchboard, link, loginTimeout, refusal: () => refusal, journal })
  try {
    await start()
  } catch (error) {
    // what runs already must not outlive the failure
    closed.abort()
    throw error
  }
  return simulator
}
