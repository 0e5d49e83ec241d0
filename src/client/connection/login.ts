import { type MonoTypeOperatorFunction, Observable } from 'rxjs'
import { encodeAction } from '../../protocol/actions.js'
import { loginHash, passwordDigest } from '../../protocol/login-hash.js'
import { nonceOf } from '../../protocol/responses.js'
import { InvalidOptionsError, PbxError } from '../errors.js'
import { checkCredentials, type PbxOptions } from '../options.js'
import type { Signal } from './attempt-signal.js'
import { Lost, USUAL_CAUSES } from './connection-loss.js'
import { isEnd } from './retry-policy.js'
import { after } from './timers.js'

/** What is waited for, stage by stage; nothing any more after the login. */
const OPENING = 'connection'
const GREETING = 'greeting with a nonce'
const SIGNING = 'answer of the credentials or signer'
const ANSWER = '202 to the login'
const DONE = ''

/**
 * Takes an attempt from the greeting to 202 (document: 'Prihlásenie'): knows the greeting by its `nonce`, asks for the credentials, writes
 * `user.login`, and announces 202 with an `online` signal. Everything else passes, but events that come before 202 are held back until it, or until the login fails.
 *
 * Errors with {@link Lost} when 202 does not come in time or the credentials fail. The server's refusals are left to the chain's next operator, which knows the
 * endings.
 *
 * @param timeout ms from subscription to 202
 * @param hide told what must not reach a log, before it is used
 */
export function login(
  credentials: PbxOptions['credentials'],
  timeout: number,
  write: (text: string) => boolean,
  hide: (secrets: readonly string[]) => void,
): MonoTypeOperatorFunction<Signal> {
  return source =>
    new Observable(subscriber => {
      let stage: string = OPENING
      const early: Signal[] = []

      const release = () => {
        for (const event of early.splice(0)) subscriber.next(event)
      }
      /** What was held back came, whatever becomes of the login. */
      const fail = (error: Lost) => {
        release()
        subscriber.error(error)
      }
      after(
        timeout,
        () => {
          // it runs on after the login
          if (stage === DONE) return
          const message = `No ${stage} within ${timeout} ms${stage === OPENING || stage === GREETING ? `. ${USUAL_CAUSES}` : ''}`
          fail(new Lost({ kind: stage === SIGNING ? 'credentials' : 'login-timeout', message }))
        },
        subscriber,
      )

      const answer = async (nonce: string) => {
        stage = SIGNING
        try {
          const given = checkCredentials(typeof credentials === 'function' ? await credentials() : credentials)
          const { username, password = '' } = given
          const digest = given.passwordDigest || (password && passwordDigest(username, password))
          const hash = digest ? loginHash(digest, nonce) : await given.sign?.(nonce)
          if (typeof hash !== 'string' || hash === '')
            throw new InvalidOptionsError('sign(nonce) must give the login hash')
          // whoever asked may be gone, and its secrets are no longer the ones to hide
          if (subscriber.closed) return
          hide([hash, digest, digest.toLowerCase(), password])
          stage = ANSWER
          write(encodeAction('user.login', { username, password: hash }))
        } catch (error) {
          // the words of our own errors are worth showing; what else a credentials function throws might hold a secret and stays in `cause`
          const detail = error instanceof PbxError ? `: ${error.message}` : ''
          fail(new Lost({ kind: 'credentials', message: `The credentials failed${detail}` }, error))
        }
      }

      const pass = (signal: Signal) => {
        if (stage === DONE) return subscriber.next(signal)
        if ('event' in signal) {
          early.push(signal)
          return
        }
        if (signal.kind === 'open') stage = GREETING
        if (signal.kind !== 'response') return subscriber.next(signal)
        const { response } = signal
        // a 202 that nobody has asked for proves nothing
        if (stage === ANSWER && response.code === 202) {
          stage = DONE
          subscriber.next({ kind: 'online' })
          subscriber.next(signal)
          return release()
        }
        if (isEnd(response, false)) release()
        subscriber.next(signal)
        const nonce = nonceOf(response)
        if (stage === GREETING && nonce !== undefined) void answer(nonce)
      }
      subscriber.add(source.subscribe({ next: pass, error: fail }))
    })
}
