import { defer, type MonoTypeOperatorFunction, Observable, Subscription, timer } from 'rxjs'
import { InvalidOptionsError, LoginRejectedError } from '../errors.js'
import { checkCredentials, type PbxOptions } from '../options.js'
import { encodeLogin } from '../protocol/actions.js'
import { loginHash, passwordDigest } from '../protocol/login-hash.js'
import { meaningOf, nonceOf } from '../protocol/responses.js'
import { Lost, USUAL_CAUSES } from './loss.js'
import { classify } from './retry.js'
import type { Signal } from './signal.js'

interface LoginOptions {
  credentials: PbxOptions['credentials']
  /** ms from subscription to 202. */
  timeout: number
  write: (text: string) => boolean
  /** Told what must not reach a log, before it is used. */
  hide: (secrets: readonly string[]) => void
}

/** What the login waits for; the message tells what did not come in time. */
type Stage = 'open' | 'greeting' | 'credentials' | 'answer' | 'done'

/**
 * Takes an attempt from the greeting to 202 (document: 'Prihlásenie'): knows the greeting by its `nonce`, asks for the credentials, writes
 * `user.login`, and announces 202 with a `logged-in` signal. Everything else passes, but events that come before 202 are held back until it, or until the login fails.
 *
 * Errors with {@link Lost} when 202 does not come in time or the credentials fail, and with `LoginRejectedError` when the credentials function
 * threw one. The server's refusals are left to the chain's next operator, which knows the endings.
 */
export function login({ credentials, timeout, write, hide }: LoginOptions): MonoTypeOperatorFunction<Signal> {
  return source =>
    new Observable(subscriber => {
      let stage: Stage = 'open'
      const early: Signal[] = []

      const release = () => {
        for (const event of early.splice(0)) subscriber.next(event)
      }
      /** What was held back came, whatever becomes of the login. */
      const fail = (error: unknown) => {
        release()
        subscriber.error(error)
      }
      const deadline = timer(timeout).subscribe(() => fail(tooLate(stage, timeout)))
      const answering = new Subscription()
      subscriber.add(deadline)
      subscriber.add(answering)

      const answer = (nonce: string) => {
        stage = 'credentials'
        answering.add(
          defer(() => sign(credentials, nonce)).subscribe({
            next: ({ username, password, secrets }) => {
              hide(secrets)
              stage = 'answer'
              write(encodeLogin({ username, password }))
            },
            error: fail,
          }),
        )
      }
      const done = () => {
        stage = 'done'
        deadline.unsubscribe()
        subscriber.next({ kind: 'logged-in' })
      }

      const pass = (signal: Signal) => {
        if (stage === 'done') return subscriber.next(signal)
        if (signal.kind === 'event' || signal.kind === 'unknown') {
          early.push(signal)
          return
        }
        if (signal.kind === 'open') stage = 'greeting'
        if (signal.kind !== 'response') return subscriber.next(signal)
        const meaning = meaningOf(signal.response)
        // a 202 that nobody has asked for proves nothing
        const accepted = stage === 'answer' && meaning === 'logged-in'
        if (accepted) done()
        else if (classify(meaning, false) !== 'stay') release()
        subscriber.next(signal)
        if (accepted) release()
        const nonce = nonceOf(signal.response)
        if (stage === 'greeting' && nonce !== undefined) answer(nonce)
      }
      subscriber.add(source.subscribe({ next: pass, error: fail, complete: () => subscriber.complete() }))
    })
}

/** The name, the login hash for this nonce, and all that must stay hidden. Rejects with {@link Lost} or `LoginRejectedError`. */
async function sign(source: PbxOptions['credentials'], nonce: string): Promise<{ username: string; password: string; secrets: string[] }> {
  try {
    const credentials = checkCredentials(typeof source === 'function' ? await source() : source)
    const { username } = credentials
    switch (credentials.form) {
      case 'sign': {
        const password = await credentials.sign(nonce)
        if (typeof password !== 'string' || password === '') throw new InvalidOptionsError('sign(nonce) must give the login hash, a non-empty string')
        return { username, password, secrets: [password] }
      }
      case 'digest': {
        const { passwordDigest: digest } = credentials
        const password = loginHash(digest, nonce)
        return { username, password, secrets: [password, digest] }
      }
      case 'password': {
        const digest = passwordDigest(username, credentials.password)
        const password = loginHash(digest, nonce)
        return { username, password, secrets: [password, digest, credentials.password] }
      }
    }
  } catch (error) {
    if (error instanceof LoginRejectedError) throw error
    // our own complaints are worth showing; what a credentials function throws might hold a secret and stays in `cause`
    const detail = error instanceof InvalidOptionsError ? `: ${error.message}` : ''
    throw new Lost({ kind: 'credentials', message: `The credentials could not be had${detail}` }, { cause: error })
  }
}

function tooLate(stage: Stage, timeout: number): Lost {
  switch (stage) {
    case 'open':
      return new Lost({ kind: 'login-timeout', message: `The connection was not open within ${timeout} ms. ${USUAL_CAUSES}` })
    case 'greeting':
      return new Lost({
        kind: 'login-timeout',
        message: `The server opened the connection but sent no greeting with a nonce within ${timeout} ms. ${USUAL_CAUSES}`,
      })
    case 'credentials':
      return new Lost({ kind: 'credentials', message: `The credentials function or signer did not answer within ${timeout} ms` })
    default:
      return new Lost({ kind: 'login-timeout', message: `The server did not answer the login within ${timeout} ms` })
  }
}
