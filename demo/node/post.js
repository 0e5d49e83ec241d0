// @ts-check
// Tells another server, once, and never silently not.
import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { say } from './pbx.js'

/** Answers that the same request may not get again. */
const PASSING = [408, 425, 429]

/** A header takes no id that is not a plain one. @param {string} id */
const headerOf = id => (/^[\w.-]{1,64}$/.test(id) ? id : createHash('sha256').update(id).digest('hex'))

/** JSON that a terminal only prints, and that can be sent by hand as it stands. @param {string} json */
const printable = json => json.replace(/[^ -~]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/**
 * Makes a function that posts JSON again and again until it is taken, refused for good, or `until` (ms since the epoch) has come; then stderr has it. The id
 * goes along as `idempotency-key`: a request can arrive though its answer does not, and only the other side can see that it is the same.
 *
 * @param {{ url: string, token: string, stopping: AbortSignal }} to
 */
export function createPost({ url, token, stopping }) {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    say('The address to tell must be an http: or https: URL.')
    process.exit(2)
  }

  /** @param {string} id @param {string} body @returns {Promise<{ problem: string, passing: boolean } | undefined>} */
  const attempt = async (id, body) => {
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': headerOf(id),
      ...(token && { authorization: `Bearer ${token}` }),
    }
    try {
      // followed to another address, a POST may become a GET that says yes to nothing
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(10_000),
      })
      await response.body?.cancel()
      const { ok, status } = response
      return ok ? undefined : { problem: `HTTP ${status}`, passing: status >= 500 || PASSING.includes(status) }
    } catch (error) {
      // not its own message: that can quote a header
      const { name, cause } = /** @type {Error & { cause?: { code?: string, message?: string } }} */ (error)
      return { problem: cause?.code ?? cause?.message ?? name, passing: true }
    }
  }

  /** @param {string} id @param {object} data @param {number} until */
  return async (id, data, until) => {
    const body = JSON.stringify(data)
    for (let wait = 500; ; wait = Math.min(wait * 2, 60_000)) {
      const failure = await attempt(id, body)
      if (failure === undefined) return
      const { problem, passing } = failure
      if (!passing || stopping.aborted || Date.now() + wait > until)
        return say(`NOT DELIVERED (${problem}): ${printable(body)}`)
      // at the end of the script there is one more try
      await pause(wait, undefined, { signal: stopping }).catch(() => {})
    }
  }
}
