// @ts-check
// Posts to another server. A request that is not delivered is always printed.
import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { say } from './pbx.js'

/** ms for one request and its answer. */
const TIMEOUT = 10_000
/** Statuses after which the same request may succeed. */
const PASSING = [408, 425, 429]

/** The id as a header's value: a plain id as it is, any other as a digest. @param {string} id */
const headerOf = id => (/^[\w.-]{1,64}$/.test(id) ? id : createHash('sha256').update(id).digest('hex'))

/** JSON of printable ASCII, which steers no terminal and can be sent by hand as it stands. @param {string} json */
const printable = json => json.replace(/[^ -~]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/**
 * Makes a function that posts JSON again and again until it is taken, refused for good, or `until` (ms since the epoch)
 * has come; then it is printed on stderr. The id goes along as `idempotency-key`: a request can arrive though its
 * answer does not, and only the other side can see that it is the same.
 *
 * @param {{ url: string, token: string, stopping: AbortSignal }} to
 */
export function createPost({ url, token, stopping }) {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    say('The address to post to must be an http: or https: URL.')
    process.exit(2)
  }

  /** @param {string} id @param {string} body @returns {Promise<{ problem: string, isPassing: boolean } | undefined>} */
  const attempt = async (id, body) => {
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': headerOf(id),
      ...(token && { authorization: `Bearer ${token}` }),
    }
    // a timer of its own: Node 20 may collect the signal of AbortSignal.timeout() as garbage before it aborts
    const controller = new AbortController()
    const timer = setTimeout(() => controller.abort(new DOMException('No answer in time', 'TimeoutError')), TIMEOUT)
    try {
      // 'manual': a POST that follows a redirect may become a GET, whose success means nothing
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body,
        redirect: 'manual',
        signal: controller.signal,
      })
      await response.body?.cancel()
      const { ok, status } = response
      return ok ? undefined : { problem: `HTTP ${status}`, isPassing: status >= 500 || PASSING.includes(status) }
    } catch (error) {
      // the error's own message can quote a header
      const { name, cause } = /** @type {Error & { cause?: { code?: string, message?: string } }} */ (error)
      return { problem: cause?.code ?? cause?.message ?? name, isPassing: true }
    } finally {
      clearTimeout(timer)
    }
  }

  /** @param {string} id @param {object} data @param {number} until */
  return async (id, data, until) => {
    const body = JSON.stringify(data)
    for (let wait = 500; ; wait = Math.min(wait * 2, 60_000)) {
      const failure = await attempt(id, body)
      if (failure === undefined) return
      const { problem, isPassing } = failure
      if (!isPassing || stopping.aborted || Date.now() + wait > until)
        return say(`NOT DELIVERED (${problem}): ${printable(body)}`)
      // the end of the script ends the pause, and one more attempt follows
      await pause(wait, undefined, { signal: stopping }).catch(() => {})
    }
  }
}
