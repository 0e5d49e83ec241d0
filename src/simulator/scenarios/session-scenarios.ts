import { isObject } from '../../shared/is-object.js'
import type { WireFrame } from '../logs/traffic-log.js'
import type { TrafficWaits } from '../logs/traffic-waits.js'
import type { Faults } from '../server/faults.js'
import type { RefusalMode } from '../server/login-failure.js'
import type { ServerControls } from '../server/server-controls.js'

/** An incident of sessions, rather than of the PBX. */
export interface Ordeal {
  /** The point of the scenario, in a sentence. */
  readonly about: string
  /** Resolves when the incident is over. A lasting one goes on until the command that `about` names. */
  readonly perform: (simulator: SessionControls) => Promise<void> | void
}

/** The controls of a simulator that incidents use. */
export interface SessionControls extends ServerControls, Pick<TrafficWaits, 'waitForFrame'> {
  readonly received: readonly WireFrame[]
}

/** Makes logins fail, and tears the connections, so that every client has to log in again. */
const refusedLogins = (about: string, mode: RefusalMode): Ordeal => ({
  about: `${about}; until refuseLogins(undefined)`,
  perform: simulator => {
    simulator.refuseLogins(mode)
    simulator.drop()
  },
})

/**
 * Makes frames go wrong from the next greeting on: tears the connections, so that every client has to connect again.
 */
const faultyFrames = (about: string, faults: Faults): Ordeal => ({
  about: `${about}; until setFaults(undefined)`,
  perform: simulator => {
    simulator.setFaults(faults)
    simulator.drop()
  },
})

/** Resolves with the login of a client that has sent nothing yet. */
async function nextLogin({ received, waitForFrame }: SessionControls): Promise<void> {
  const known = new Set(received.map(({ client }) => client))
  await waitForFrame(({ client, frame }) => !known.has(client) && isObject(frame) && frame['action'] === 'user.login')
}

/** Scenarios of addresses, logins and losses. */
export const SESSION_SCENARIOS = {
  restart: {
    about: 'The server restarts, with notice: 503, 110, the close',
    perform: simulator => simulator.restart({ downFor: 1_000 }),
  },
  'restart-without-notice': {
    about: 'The server process dies and comes back',
    perform: simulator => simulator.restart({ notice: false, downFor: 1_000 }),
  },
  'clean-close': { about: 'The server closes without a response', perform: simulator => simulator.closeClients() },
  goodbye: {
    about:
      'The server sends 110 and closes without a reason, as it may when the same user logs in elsewhere (undocumented)',
    perform: simulator => {
      simulator.announce('closing')
      simulator.closeClients()
    },
  },
  torn: { about: 'The connection breaks', perform: simulator => simulator.drop() },
  'half-open': {
    about: 'A half-open connection looks healthy for ever unless the client pings; until thaw()',
    perform: simulator => simulator.freeze(),
  },
  'server-error': { about: '500 with a close', perform: simulator => simulator.fail() },
  away: {
    about: 'The server is away for eight seconds: a click of that time must fail, not fire later',
    perform: simulator => simulator.restart({ downFor: 8_000 }),
  },
  'lost-again': {
    about: 'The server dies, is away for a second, and closes after the next login: failures count from the last login',
    perform: async simulator => {
      await simulator.restart({ notice: false, downFor: 1_000 })
      await nextLogin(simulator)
      simulator.closeClients()
    },
  },
  'idle-limit': {
    about:
      'The server sends 110 and closes when nothing has come for a second, not even a ping; until setFaults(undefined)',
    perform: simulator => simulator.setFaults({ idleLimit: 1_000 }),
  },
  'pings-unanswered': {
    about: 'WebSocket pings are never answered, though frames come; until setFaults(undefined)',
    perform: simulator => simulator.setFaults({ ignorePings: true }),
  },
  'wrong-address': refusedLogins(
    'Another service is at that address, or the IP address was not reported: HTTP 403 instead of a WebSocket',
    'turned-away',
  ),
  'login-then-unreachable': refusedLogins(
    'A login succeeds with 202 and is followed at once by 503 Unable to connect to PBX and 110',
    'pbx-unreachable',
  ),
  'wrong-credentials': refusedLogins(
    '401 Wrong username and/or password: repeating it hammers the account',
    'wrong-credentials',
  ),
  'not-activated': refusedLogins('401 User is not activated', 'user-not-activated'),
  'login-server-error': refusedLogins('The login is answered with 500, 110 and a close', 'server-error'),
  'login-restarting': refusedLogins(
    'The login is answered with 503 Server is restarting, 110 and a close',
    'restarting',
  ),
  'login-timeout': refusedLogins('The server ignores the login: 408', 'login-timeout'),
  'no-greeting': refusedLogins('The server accepts the connection and sends nothing', 'no-greeting'),
  'pbx-retrying': {
    about: '504: the server has lost the PBX and tries to find it; the connection stays. Until findPbx()',
    perform: simulator => simulator.losePbx(),
  },
  'pbx-given-up': {
    about: '504, then 503 Unable to connect to PBX without a close; the connection stays. Until findPbx()',
    perform: simulator => {
      simulator.losePbx()
      simulator.giveUpPbx()
    },
  },
  'action-failed': {
    about: '500 Action failed, which does not close the connection',
    perform: simulator => void simulator.announce('action-failed'),
  },
  'mute-after-login': faultyFrames('After the 202 nothing more comes', { muteAfterLogin: true }),
  'slow-greeting': faultyFrames('The greeting takes two seconds', { slowGreeting: 2_000 }),
  'odd-greeting': faultyFrames('The greeting has a nonce, though its code is not 100', { greetingCode: 101 }),
  'lost-answers': {
    about: 'Answers to actions never come; until setFaults(undefined)',
    perform: simulator => simulator.setFaults({ loseAnswers: 1 }),
  },
  'late-answers': {
    about: 'Answers to actions come three seconds late; until setFaults(undefined)',
    perform: simulator => simulator.setFaults({ lateAnswers: { share: 1, by: 3_000 } }),
  },
  'error-among-actions': {
    about:
      'An error comes 300 ms after its action, when others are open too, and names none of them; until setFaults(undefined)',
    perform: simulator => simulator.setFaults({ lateAnswers: { share: 1, by: 300 } }),
  },
  'torn-by-action': {
    about:
      'An action is carried out, but the connection breaks before any event of it: the call may exist; until setFaults(undefined)',
    perform: simulator => simulator.setFaults({ tearOnAction: true }),
  },
} satisfies Record<string, Ordeal>
