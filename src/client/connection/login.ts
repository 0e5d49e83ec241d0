import { type MonoTypeOperatorFunction, Observable, type Subscriber } from 'rxjs'
import { encodeAction } from '../../protocol/actions.js'
import { loginHash, passwordDigest } from '../../protocol/login-hash.js'
import { nonceOf, type PbxResponse } from '../../protocol/responses.js'
import type { Clock } from '../../shared/clock.js'
import { InvalidOptionsError, PbxError } from '../errors.js'
import { checkCredentials, type PbxOptions } from '../options.js'
import type { Signal } from './attempt-signal.js'
import { ConnectionLostError, USUAL_CAUSES } from './connection-loss.js'
import { isEnd } from './retry-policy.js'

/** Parts of its connection that {@link login} uses. */
export interface LoginParts {
  readonly credentials: PbxOptions['credentials']
  /** ms from subscription to 202. */
  readonly timeout: number
  readonly clock: Clock
  readonly write: (text: string) => boolean
  /** Takes what must not reach a log, before it is used. */
  readonly hide: (secrets: readonly string[]) => void
  /** Called when 202 and every event that was held back have passed: from then on events need no operator. */
  readonly handOver: () => void
}

/** The stage of a login, named after the thing that it waits for. */
type Stage = 'opening' | 'greeting' | 'signing' | 'answer' | 'done'

async function signLogin(credentials: PbxOptions['credentials'], nonce: string) {
  const given = checkCredentials(typeof credentials === 'function' ? await credentials() : credentials)
  const { username, password = '' } = given
  const digest = given.passwordDigest || (password && passwordDigest(username, password))
  const hash = digest ? loginHash(digest, nonce) : await given.sign?.(nonce)
  if (typeof hash !== 'string' || hash === '') throw new InvalidOptionsError('sign(nonce) must give the login hash')
  return { username, hash, secrets: [hash, digest, digest.toLowerCase(), password] }
}

function lateLoss(stage: Exclude<Stage, 'done'>, timeout: number): ConnectionLostError {
  const late = (what: string) => `No ${what} within ${timeout} ms`
  switch (stage) {
    case 'opening':
      return new ConnectionLostError({ kind: 'login-timeout', message: `${late('connection')}. ${USUAL_CAUSES}` })
    case 'greeting':
      return new ConnectionLostError({
        kind: 'login-timeout',
        message: `${late('greeting with a nonce')}. ${USUAL_CAUSES}`,
      })
    case 'signing':
      return new ConnectionLostError({ kind: 'credentials', message: late('answer of the credentials or signer') })
    case 'answer':
      return new ConnectionLostError({ kind: 'login-timeout', message: late('202 to the login') })
  }
}

class LoginAttempt {
  readonly #parts: LoginParts
  readonly #subscriber: Subscriber<Signal>
  #stage: Stage = 'opening'
  /** Events that came before 202. */
  #early: Signal[] = []

  constructor(parts: LoginParts, subscriber: Subscriber<Signal>) {
    this.#parts = parts
    this.#subscriber = subscriber
  }

  pass(signal: Signal): void {
    if (this.#stage === 'done') return this.#subscriber.next(signal)
    switch (signal.kind) {
      case 'event':
      case 'unknown':
        this.#early.push(signal)
        return
      case 'response':
        return this.#passResponse(signal, signal.response)
      case 'open':
        this.#stage = 'greeting'
    }
    this.#subscriber.next(signal)
  }

  /** Events that were held back are real, whatever becomes of the login. */
  fail(error: ConnectionLostError): void {
    this.#release()
    this.#subscriber.error(error)
  }

  timeOut(): void {
    // the timer runs on after the login
    if (this.#stage === 'done') return
    this.fail(lateLoss(this.#stage, this.#parts.timeout))
  }

  #passResponse(signal: Signal, response: PbxResponse): void {
    // a 202 proves nothing before the login is written
    if (this.#stage === 'answer' && response.code === 202) return this.#succeed(signal)
    if (isEnd(response, false)) this.#release()
    this.#subscriber.next(signal)
    const nonce = nonceOf(response)
    if (this.#stage === 'greeting' && nonce !== undefined) void this.#answer(nonce)
  }

  #succeed(signal: Signal): void {
    this.#stage = 'done'
    this.#subscriber.next({ kind: 'online' })
    this.#subscriber.next(signal)
    this.#release()
    this.#parts.handOver()
  }

  async #answer(nonce: string): Promise<void> {
    this.#stage = 'signing'
    try {
      const { username, hash, secrets } = await signLogin(this.#parts.credentials, nonce)
      // the secrets of an attempt that is over are no longer the ones to hide
      if (this.#subscriber.closed) return
      this.#parts.hide(secrets)
      this.#stage = 'answer'
      this.#parts.write(encodeAction('user.login', { username, password: hash }))
    } catch (error) {
      // our own errors may be quoted; what a credentials function throws might hold a secret and stays in `cause`
      const detail = error instanceof PbxError ? `: ${error.message}` : ''
      this.fail(new ConnectionLostError({ kind: 'credentials', message: `The credentials failed${detail}` }, error))
    }
  }

  #release(): void {
    const early = this.#early
    this.#early = []
    for (const event of early) this.#subscriber.next(event)
  }
}

/**
 * Takes an attempt from the greeting to 202 (document: 'Prihlásenie'): knows the greeting by its `nonce`, asks for the
 * credentials, writes `user.login`, and announces 202 with an `online` signal. Everything else passes, but events that
 * come before 202 are held back until it, or until the login fails.
 *
 * Errors with {@link ConnectionLostError} when 202 does not come in time or the credentials fail. The server's refusals
 * are left to `explainClose`.
 */
export function login(parts: LoginParts): MonoTypeOperatorFunction<Signal> {
  return source =>
    new Observable(subscriber => {
      const attempt = new LoginAttempt(parts, subscriber)
      subscriber.add(parts.clock.after(parts.timeout, () => attempt.timeOut()))
      subscriber.add(
        source.subscribe({
          next: signal => attempt.pass(signal),
          error: (error: ConnectionLostError) => attempt.fail(error),
        }),
      )
    })
}
