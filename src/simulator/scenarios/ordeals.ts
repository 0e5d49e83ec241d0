import type { Simulator } from '../contract.js'

/** Something that happens to a session, rather than on the PBX. */
export interface Ordeal {
  /** What it shows. */
  readonly about: string
  /** Resolves when it is over; where logins are refused, it goes on until `Simulator.refuseLogins(undefined)`. */
  readonly perform: (simulator: OrdealControls) => Promise<void> | void
}

export type OrdealControls = Pick<
  Simulator,
  'announce' | 'closeClients' | 'drop' | 'fail' | 'findPbx' | 'freeze' | 'giveUpPbx' | 'losePbx' | 'refuseLogins' | 'restart' | 'setFaults' | 'thaw'
>

/** From now on logins end so; those who are logged in have to come back. */
const refused = (about: string, mode: Parameters<Simulator['refuseLogins']>[0]): Ordeal => ({
  about,
  perform: simulator => {
    simulator.refuseLogins(mode)
    simulator.drop()
  },
})

/** Addresses, logins and losses. */
export const ORDEALS = {
  restart: { about: 'The server restarts, with notice: 503, 110, the close', perform: simulator => simulator.restart({ downFor: 1_000 }) },
  'restart-without-notice': { about: 'The server process dies and comes back', perform: simulator => simulator.restart({ notice: false, downFor: 1_000 }) },
  'clean-close': { about: 'The server closes without a word', perform: simulator => simulator.closeClients() },
  torn: { about: 'The connection breaks', perform: simulator => simulator.drop() },
  'half-open': { about: 'A half-open connection looks healthy for ever unless somebody asks; until thaw()', perform: simulator => simulator.freeze() },
  'server-error': { about: '500 with a close', perform: simulator => simulator.fail() },
  'login-then-unreachable': refused('A login succeeds with 202 and is followed at once by 503 Unable to connect to PBX and 110', 'pbx-unreachable'),
  'wrong-credentials': refused('401 Wrong username and/or password: repeating it hammers the account', 'wrong-credentials'),
  'not-activated': refused('401 User is not activated', 'user-not-activated'),
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
  'action-failed': { about: '500 Action failed, which does not close the connection', perform: simulator => void simulator.announce('action-failed') },
  'mute-after-login': {
    about: 'Logged in, and then nothing more; until setFaults(undefined)',
    perform: simulator => {
      simulator.setFaults({ muteAfterLogin: true })
      simulator.drop()
    },
  },
  'slow-greeting': {
    about: 'The greeting takes two seconds; until setFaults(undefined)',
    perform: simulator => {
      simulator.setFaults({ slowGreeting: 2_000 })
      simulator.drop()
    },
  },
  'lost-answers': { about: 'Answers to actions never come; until setFaults(undefined)', perform: simulator => simulator.setFaults({ loseAnswers: 1 }) },
  'late-answers': {
    about: 'Answers to actions come three seconds late; until setFaults(undefined)',
    perform: simulator => simulator.setFaults({ lateAnswers: { share: 1, by: 3_000 } }),
  },
} satisfies Record<string, Ordeal>
