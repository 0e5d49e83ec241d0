import { isObject } from '../../shared/is-object.js'
import type { Switchboard } from './action-router.js'
import type { FrameKind } from './delivery.js'
import { isDeaf, isMute, type RefusalMode, type SpokenRefusal } from './login-failure.js'
import type { PbxLink } from './pbx-link.js'
import { type AnswerMeaning, answer } from './response-table.js'
import type { UserDirectory } from './users.js'

/**
 * One client's session, as the server sees it.
 *
 * ```
 * greeting 100 ──▶ login ──user.login accepted, 202──▶ online ──user.logout, 110 Bye──▶ over
 *                   │                                     │
 *                   ├──login refused: 401, 400, 500, 503──┼──the server closes: its reason──▶ 110 'Closing connection, bye' ──▶ over
 *                   └──no login in time: 408──────────────┘
 * ```
 */
export type SessionState =
  | { readonly phase: 'login' }
  | { readonly phase: 'online'; readonly username: string; readonly since: number }
  | { readonly phase: 'over'; readonly username?: string }

export interface Session {
  readonly state: SessionState
  /** Says 100, unless refused, and starts the clock of the login. */
  begin(): void
  /** A frame that came; undefined for what is not JSON. */
  read(frame: unknown): void
  /** Gives the reason, says 110 and closes. Does nothing once over. */
  dismiss(reason?: AnswerMeaning): void
  /** The connection has ended or is about to; nothing is said any more. */
  end(): void
}

export interface SessionParts {
  nonce: string
  users: UserDirectory
  switchboard: Switchboard
  link: PbxLink
  /** ms from `begin` to a login. */
  loginTimeout: number
  /** The refusal in force at this moment. */
  refusal: () => RefusalMode | undefined
  /** The code of the greeting, at this moment. */
  greetingCode: () => number | string
  /** Whether the server ignores those who are logged in, at this moment. */
  mute: () => boolean
  say: (frame: object, kind: FrameKind) => void
  close: () => void
  loggedIn: () => void
  /** An action was dealt with; the answer is the first thing that was said to it. */
  dealt: (action: string, frame: Record<string, unknown>, answer: object | undefined) => void
}

export function createSession({
  nonce,
  users,
  switchboard,
  link,
  loginTimeout,
  refusal,
  mute,
  ...parts
}: SessionParts): Session {
  let state: SessionState = { phase: 'login' }
  let timer: ReturnType<typeof setTimeout> | undefined
  /** The first thing said since the frame that is read now came. */
  let said: object | undefined

  const say = (frame: object, kind: FrameKind) => {
    said ??= frame
    parts.say(frame, kind)
  }
  const tooLate = () => {
    if (!isMute(refusal())) dismiss('login-timeout')
  }
  const end = () => {
    clearTimeout(timer)
    state = state.phase === 'online' ? { phase: 'over', username: state.username } : { ...state, phase: 'over' }
  }
  const dismiss = (reason?: AnswerMeaning, extra?: object) => {
    if (state.phase === 'over') return
    const kind = state.phase === 'login' ? 'login' : 'other'
    end()
    if (reason !== undefined) say(answer(reason, extra), kind)
    say(answer('closing'), kind)
    parts.close()
  }
  const accept = (username: string) => {
    clearTimeout(timer)
    state = { phase: 'online', username, since: switchboard.now() }
    say(answer('logged-in'), 'login')
    parts.loggedIn()
    if (link.trouble !== 'pbx-unreachable') return
    if (link.sendsAway) dismiss(link.trouble)
    else say(answer(link.trouble), 'other')
  }

  /** A failed attempt ends the connection, whatever was wrong with it (document: 'Prihlasovanie'). */
  const login = ({ username, password }: Record<string, unknown>, mode: SpokenRefusal | undefined) => {
    if (mode === 'pbx-unreachable') {
      accept(String(username))
      return dismiss(mode)
    }
    if (mode !== undefined) return dismiss(mode)
    if (typeof username !== 'string' || typeof password !== 'string') {
      const wrong = Object.entries({ username, password }).filter(([, value]) => typeof value !== 'string')
      return dismiss('invalid-values', {
        errors: Object.fromEntries(wrong.map(([field]) => [field, 'must be a string'])),
      })
    }
    const verdict = users.verdict(username, password, nonce)
    if (verdict !== 'logged-in') return dismiss(verdict)
    accept(username)
  }

  const logOut = () => {
    end()
    say(answer('bye'), 'other')
    parts.close()
  }

  const perform = (action: string, frame: Record<string, unknown>, mode: SpokenRefusal | undefined) => {
    if (state.phase === 'online') {
      if (action === 'user.logout') return logOut()
      // a new login needs a new connection (document: 'Odhlásenie'); with which response the server says so is not documented
      const response =
        action === 'user.login' ? answer('action-failed') : switchboard.perform({ action, frame, ...state })
      return response && say(response, 'answer')
    }
    if (action === 'user.login') return login(frame, mode)
    // not an attempt to log in, so the connection stays and the clock of the login runs on
    say(answer('login-required'), 'login')
  }

  return {
    get state() {
      return state
    },
    begin: () => {
      if (refusal() !== 'no-greeting') say(answer('greeting', { nonce, code: parts.greetingCode() }), 'greeting')
      timer = setTimeout(tooLate, loginTimeout)
    },
    read: frame => {
      if (state.phase === 'over') return
      const mode = state.phase === 'login' ? refusal() : undefined
      if (isDeaf(mode) || (state.phase === 'online' && mute())) return
      const kind = state.phase === 'online' ? 'answer' : 'login'
      if (!isObject(frame))
        return say(answer('invalid-values', { errors: { frame: 'must be a JSON object in a text frame' } }), kind)
      const action = frame['action']
      if (action === undefined || action === null || action === '') return say(answer('missing-action'), kind)
      if (typeof action !== 'string') return say(answer('action-not-string'), kind)
      said = undefined
      perform(action, frame, mode === 'turned-away' ? undefined : mode)
      parts.dealt(action, frame, said)
    },
    dismiss,
    end,
  }
}
