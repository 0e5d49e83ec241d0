import { isObject } from '../../shared/is-object.js'
import type { Faults } from '../server/faults.js'
import type { Simulator } from '../simulator-api.js'

/** Something that happens to a session, rather than on the PBX. */
export interface Ordeal {
  /** What it shows. */
  readonly about: string
  /** Resolves when it is over; where logins are refused, it goes on until `Simulator.refuseLogins(undefined)`. */
  readonly perform: (simulator: OrdealControls) => Promise<void> | void
}

export type OrdealControls = Pick<
  Simulator,
  | 'announce'
  | 'closeClients'
  | 'drop'
  | 'fail'
  | 'findPbx'
  | 'freeze'
  | 'giveUpPbx'
  | 'losePbx'
  | 'received'
  | 'refuseLogins'
  | 'restart'
  | 'setFaults'
  | 'thaw'
  | 'waitForFrame'
>

/** From now on logins end so; those who are logged in have to come back. */
const refused = (about: string, mode: Parameters<Simulator['refuseLogins']>[0]): Ordeal => ({
  about: `${about}; until refuseLogins(undefined)`,
  perform: simulator => {
    simulator.refuseLogins(mode)
    simulator.drop()
  },
})

/** From now on frames go wrong so, from the next connection's greeting on: those who are connected have to come back. */
const faulty = (about: string, faults: Faults): Ordeal => ({
  about: `${about}; until setFaults(undefined)`,
  perform: simulator => {
    simulator.setFaults(faults)
    simulator.drop()
  },
})

/** Resolves when somebody logs in who has sent nothing yet. */
async function nextLogin({ received, waitForFrame }: OrdealControls): Promise<void> {
  const known = new Set(received.map(({ client }) => client))
  await waitForFrame(({ client, frame }) => !known.has(client) && isObject(frame) && frame['action'] === 'user.login')
}

/** Addresses, logins and losses. */
export const ORDEALS = {
  restart: {
    about: 'The server restarts, with notice: 503, 110, the close',
    perform: simulator => simulator.restart({ downFor: 1_000 }),
  },
  'restart-without-notice': {
    about: 'The server process dies and comes back',
    perform: simulator => simulator.restart({ notice: false, downFor: 1_000 }),
  },
  'clean-close': { about: 'The server closes without a word', perform: simulator => simulator.closeClients() },
  goodbye: {
    about:
      'The server says 110 and closes without a reason, as it may when the same user logs in elsewhere: nobody knows',
    perform: simulator => {
      simulator.announce('closing')
      simulator.closeClients()
    },
  },
  torn: { about: 'The connection breaks', perform: simulator => simulator.drop() },
  'half-open': {
    about: 'A half-open connection looks healthy for ever unless somebody asks; until thaw()',
    perform: simulator => simulator.freeze(),
  },
  'server-error': { about: '500 with a close', perform: simulator => simulator.fail() },
  away: {
    about: 'The server is away for eight seconds: a click of that time must fail, not fire later',
    perform: simulator => simulator.restart({ downFor: 8_000 }),
  },
  'lost-again': {
    about:
      'The server dies, is away for a second, and closes as soon as somebody has logged in again: failures count from the last login',
    perform: async simulator => {
      await simulator.restart({ notice: false, downFor: 1_000 })
      await nextLogin(simulator)
      simulator.closeClients()
    },
  },
  'idle-limit': {
    about:
      'The server says 110 and closes where nothing has come for a second, not even a ping; until setFaults(undefined)',
    perform: simulator => simulator.setFaults({ idleLimit: 1_000 }),
  },
  'pings-unanswered': {
    about: 'WebSocket pings are never answered, though frames come; until setFaults(undefined)',
    perform: simulator => simulator.setFaults({ ignorePings: true }),
  },
  'wrong-address': refused(
    'Another service is at that address, or the own one was not reported: HTTP 403 instead of a WebSocket',
    'turned-away',
  ),
  'login-then-unreachable': refused(
    'A login succeeds with 202 and is followed at once by 503 Unable to connect to PBX and 110',
    'pbx-unreachable',
  ),
  'wrong-credentials': refused(
    '401 Wrong username and/or password: repeating it hammers the account',
    'wrong-credentials',
  ),
  'not-activated': refused('401 User is not activated', 'user-not-activated'),
  'login-server-error': refused('The login is answered with 500, 110 and a close', 'server-error'),
  'login-restarting': refused('The login is answered with 503 Server is restarting, 110 and a close', 'restarting'),
  'login-timeout': refused('The server hears no login: 408', 'login-timeout'),
  'no-greeting': refused('The server accepts and says nothing', 'no-greeting'),
  'pbx-retrying': {
    about: '504: the server has lost the PBX and looks for it; the connection stays. Until findPbx()',
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
  'mute-after-login': faulty('Logged in, and then nothing more', { muteAfterLogin: true }),
  'slow-greeting': faulty('The greeting takes two seconds', { slowGreeting: 2_000 }),
  'odd-greeting': faulty('The greeting is known by its nonce, though its code is not 100', { greetingCode: 101 }),
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
      'An error comes 300 ms after its action, when others are open too, and nothing in it says whose it is; until setFaults(undefined)',
    perform: simulator => simulator.setFaults({ lateAnswers: { share: 1, by: 300 } }),
  },
  'torn-by-action': {
    about:
      'An action is carried out, but the connection breaks before any of it is told: the call may exist; until setFaults(undefined)',
    perform: simulator => simulator.setFaults({ tearOnAction: true }),
  },
} satisfies Record<string, Ordeal>
