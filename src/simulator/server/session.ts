import type { Cancel, Clock } from '../../shared/clock.js'
import { isObject } from '../../shared/is-object.js'
import type { ActionRouter } from './action-router.js'
import type { FrameKind } from './delivery.js'
import { type AnsweredFailure, isSilent, isUnanswered, type RefusalMode } from './login-failure.js'
import type { PbxLink } from './pbx-link.js'
import { type AnswerMeaning, responseFor } from './response-table.js'
import type { UserDirectory } from './users.js'

/**
 * The session of one client, as the server sees it.
 *
 * ```
 * greeting 100 ──▶ login ──user.login accepted, 202──▶ online ──user.logout, 110 Bye──▶ over
 *                   │                                   │
 *                   ├──refused: 401, 400, 500, 503──────┼──closed by the server: its reason──▶ 110 ──▶ over
 *                   └──no login in time: 408────────────┘
 * ```
 */
export type SessionState =
  | { readonly phase: 'login' }
  | { readonly phase: 'online'; readonly username: string; readonly since: number }
  | { readonly phase: 'over'; readonly username?: string }

export interface Session {
  readonly state: SessionState
  /** Greets with 100, unless logins fail without a greeting, and starts the login timeout. */
  begin(): void
  /** Reads a frame of the client; undefined for what is not JSON. */
  read(frame: unknown): void
  /** Sends the response with the meaning `reason`, then 110, and closes. No-op once over. */
  close(reason?: AnswerMeaning): void
  /** Marks the session as over, without a word: the connection has ended or is about to. */
  end(): void
}

/** The parts of the server that every session uses. */
export interface SessionServer {
  readonly users: UserDirectory
  readonly router: ActionRouter
  readonly link: PbxLink
  readonly clock: Clock
  /** ms from `begin` to a login. */
  readonly loginTimeout: number
  /** The way in which logins fail, at this moment. */
  readonly loginFailure: () => RefusalMode | undefined
}

/** The client of a session. */
export interface SessionClient {
  readonly nonce: string
  /** Code of the greeting, at this moment. */
  greetingCode(): number | string
  /** Whether the server ignores logged-in clients, at this moment. */
  isIgnored(): boolean
  send(frame: object, kind: FrameKind): void
  close(): void
  onLogin(): void
  /** Called when an action was processed. `answer` is the first response to it. */
  onAction(action: string, frame: Record<string, unknown>, answer: object | undefined): void
}

/** The errors of a login that lacks its parameters. */
function loginErrors(login: { username: unknown; password: unknown }): Record<string, string> {
  const wrong = Object.entries(login).filter(([, value]) => typeof value !== 'string')
  return Object.fromEntries(wrong.map(([field]) => [field, 'must be a string']))
}

class ServerSession implements Session {
  state: SessionState = { phase: 'login' }
  readonly #server: SessionServer
  readonly #client: SessionClient
  #cancelLoginTimeout: Cancel = () => {}
  /** The first response since the frame that is being read. */
  #answer: object | undefined

  constructor(server: SessionServer, client: SessionClient) {
    this.#server = server
    this.#client = client
  }

  begin(): void {
    const { clock, loginTimeout, loginFailure } = this.#server
    const { nonce } = this.#client
    if (loginFailure() !== 'no-greeting')
      this.#send(responseFor('greeting', { nonce, code: this.#client.greetingCode() }), 'greeting')
    this.#cancelLoginTimeout = clock.after(loginTimeout, () => {
      if (!isSilent(loginFailure())) this.close('login-timeout')
    })
  }

  read(frame: unknown): void {
    const { phase } = this.state
    if (phase === 'over') return
    const failure = phase === 'login' ? this.#server.loginFailure() : undefined
    if (isUnanswered(failure) || (phase === 'online' && this.#client.isIgnored())) return
    if (!isObject(frame)) return this.#refuseFrame('invalid-values', 'must be a JSON object in a text frame')
    const action = frame['action']
    if (action === undefined || action === null || action === '') return this.#refuseFrame('missing-action')
    if (typeof action !== 'string') return this.#refuseFrame('action-not-string')
    this.#answer = undefined
    // a client that connected before all were turned away may still log in
    this.#perform(action, frame, failure === 'turned-away' ? undefined : failure)
    this.#client.onAction(action, frame, this.#answer)
  }

  close(reason?: AnswerMeaning, extra?: object): void {
    if (this.state.phase === 'over') return
    const kind = this.state.phase === 'login' ? 'login' : 'other'
    this.end()
    if (reason !== undefined) this.#send(responseFor(reason, extra), kind)
    this.#send(responseFor('closing'), kind)
    this.#client.close()
  }

  end(): void {
    this.#cancelLoginTimeout()
    if (this.state.phase === 'online') this.state = { phase: 'over', username: this.state.username }
    else if (this.state.phase === 'login') this.state = { phase: 'over' }
  }

  #send(frame: object, kind: FrameKind): void {
    this.#answer ??= frame
    this.#client.send(frame, kind)
  }

  /** Refuses a frame that is no action. The connection stays. */
  #refuseFrame(meaning: AnswerMeaning, error?: string): void {
    const extra = error === undefined ? {} : { errors: { frame: error } }
    this.#send(responseFor(meaning, extra), this.state.phase === 'online' ? 'answer' : 'login')
  }

  #perform(action: string, frame: Record<string, unknown>, failure: AnsweredFailure | undefined): void {
    if (this.state.phase === 'online') {
      if (action === 'user.logout') return this.#logOut()
      const response =
        // a new login needs a new connection (document: 'Odhlásenie'); the response to a second one is undocumented
        action === 'user.login'
          ? responseFor('action-failed')
          : this.#server.router.perform({ action, frame, username: this.state.username, since: this.state.since })
      if (response !== undefined) this.#send(response, 'answer')
    } else if (action === 'user.login') this.#logIn(frame, failure)
    // no attempt to log in: the connection stays, and the login timeout runs on
    else this.#send(responseFor('login-required'), 'login')
  }

  /** Checks a login. A failed attempt ends the connection, whatever was wrong (document: 'Prihlasovanie'). */
  #logIn({ username, password }: Record<string, unknown>, failure: AnsweredFailure | undefined): void {
    if (failure === 'pbx-unreachable') {
      this.#accept(String(username))
      return this.close(failure)
    }
    if (failure !== undefined) return this.close(failure)
    if (typeof username !== 'string' || typeof password !== 'string')
      return this.close('invalid-values', { errors: loginErrors({ username, password }) })
    const result = this.#server.users.checkLogin(username, password, this.#client.nonce)
    if (result === 'logged-in') this.#accept(username)
    else this.close(result)
  }

  #accept(username: string): void {
    const { router, link } = this.#server
    this.#cancelLoginTimeout()
    this.state = { phase: 'online', username, since: router.now() }
    this.#send(responseFor('logged-in'), 'login')
    this.#client.onLogin()
    if (link.failure !== 'pbx-unreachable') return
    if (link.closesLogins) this.close(link.failure)
    else this.#send(responseFor(link.failure), 'other')
  }

  #logOut(): void {
    this.end()
    this.#send(responseFor('bye'), 'other')
    this.#client.close()
  }
}

export function createSession(server: SessionServer, client: SessionClient): Session {
  return new ServerSession(server, client)
}
