// @ts-check
import { createServer } from 'node:http'
import { createFiles } from './files.js'
import { strictHeaders } from './headers.js'
import { isNonce, loginHash } from './login-hash.js'
import { LOGIN_STYLE, loginPage } from './login-page.js'
import { createRate } from './rate.js'
import { createSessions } from './sessions.js'

/** Characters of a request at most: a nonce or a login form is short. */
const MAX_BODY = 2_000

/**
 * The text of a request; throws a RangeError for one that is too large.
 *
 * @param {import('node:http').IncomingMessage} request
 */
async function bodyOf(request) {
  let text = ''
  for await (const chunk of request) {
    text += chunk
    if (text.length > MAX_BODY) throw new RangeError('The request is too large.')
  }
  return text
}

/** The nonce in a request of the page; undefined where there is none. @param {string} text @returns {unknown} */
function nonceIn(text) {
  try {
    return JSON.parse(text)?.nonce
  } catch {
    return undefined
  }
}

/**
 * @typedef {object} SignerOptions
 * @property {{ username: string, password: string }} account the account of the PBX; the password never leaves the server
 * @property {string} pbx the address that the page connects to
 * @property {ReadonlyMap<string, string>} users the users of the dashboard: passwords by name
 * @property {string} origin the address at which browsers find this server, such as https://wallboard.example
 * @property {string} folder the folder of the built page
 * @property {object} [extra] further fields for /config.json
 * @property {() => unknown} [snapshot] the calls and queues of this moment for /snapshot.json, where a source has them
 * @property {number} [signatures] the most signatures of one user in a minute; 30 unless given
 * @property {number} [logins] the most tries to log in in a minute, of all users together; 20 unless given
 */

/**
 * Serves the wallboard, and signs the PBX's nonces for users who are logged in to it.
 *
 * @param {SignerOptions} options
 */
export function createSigner({
  account,
  pbx,
  users,
  origin,
  folder,
  extra = {},
  snapshot,
  signatures = 30,
  logins = 20,
}) {
  const headers = strictHeaders(pbx)
  const sessions = createSessions(users, { secure: origin.startsWith('https:') })
  const file = createFiles(folder)
  const maySign = createRate(signatures)
  const mayLogIn = createRate(logins)

  /** @typedef {{ request: import('node:http').IncomingMessage, url: URL, user: string | undefined }} Visit */
  /** @typedef {{ status?: number, type?: string, body?: string | Buffer, headers?: Record<string, string> }} Answer */
  const json = (/** @type {unknown} */ body) => ({ type: 'application/json', body: JSON.stringify(body) })
  const redirectTo = (/** @type {string} */ location, /** @type {string} */ cookie) => ({
    status: 303,
    headers: { location, 'set-cookie': cookie },
  })
  const REFUSED = { status: 401, ...json({ error: 'Log in first.' }) }

  /** @type {Record<string, (visit: Visit) => Answer | Promise<Answer>>} */
  const routes = {
    'GET /login': () => ({ type: 'text/html; charset=utf-8', body: loginPage(false) }),
    'GET /login.css': () => ({ type: 'text/css', body: LOGIN_STYLE }),
    'POST /login': async ({ request }) => {
      if (!mayLogIn('')) return { status: 429, body: 'Too many tries; wait a minute.' }
      const form = new URLSearchParams(await bodyOf(request))
      const cookie = sessions.logIn(form.get('name') ?? '', form.get('password') ?? '')
      return cookie === undefined
        ? { status: 403, type: 'text/html; charset=utf-8', body: loginPage(true) }
        : redirectTo('/', cookie)
    },
    'GET /enter': ({ url }) => {
      const cookie = sessions.useEntryToken(url.searchParams.get('token') ?? '')
      return cookie === undefined ? { status: 303, headers: { location: '/login' } } : redirectTo('/', cookie)
    },
    'POST /logout': ({ request }) => redirectTo('/login', sessions.logOut(request)),
    'POST /sign': async ({ request, user }) => {
      if (user === undefined) return REFUSED
      if (!maySign(user)) return { status: 429, ...json({ error: 'Too many logins in a minute.' }) }
      const nonce = nonceIn(await bodyOf(request))
      return isNonce(nonce)
        ? json({ hash: loginHash(account, nonce) })
        : { status: 400, ...json({ error: 'That is no nonce of the PBX.' }) }
    },
    'GET /config.json': ({ user }) =>
      user === undefined ? REFUSED : json({ ...extra, pbx, username: account.username }),
    'GET /snapshot.json': ({ user }) =>
      user === undefined ? REFUSED : snapshot === undefined ? { status: 404 } : json(snapshot()),
    'GET /': async ({ user }) =>
      user === undefined ? { status: 303, headers: { location: '/login' } } : ((await file('/')) ?? { status: 404 }),
  }

  /** @param {import('node:http').IncomingMessage} request @returns {Promise<Answer>} */
  async function answer(request) {
    // joined and not resolved, since a path such as '//host/' would name another host
    const url = new URL(`${origin}${request.url}`)
    // the origin of a form or script of another site is another; a browser sends it with every POST
    if (request.method === 'POST' && request.headers.origin !== origin) return { status: 403, body: 'Not from here.' }
    const route = routes[`${request.method} ${url.pathname}`]
    if (route !== undefined) return route({ request, url, user: sessions.userOf(request) })
    return (request.method === 'GET' ? await file(url.pathname) : undefined) ?? { status: 404, body: 'Not found.' }
  }

  const server = createServer(async (request, response) => {
    /** @type {Answer} */
    let result
    try {
      result = await answer(request)
    } catch (error) {
      result = error instanceof RangeError ? { status: 413 } : { status: 500 }
    }
    const { status = 200, type = 'text/plain; charset=utf-8', body = '', headers: own = {} } = result
    response.writeHead(status, { ...headers, 'content-type': type, ...own }).end(body)
    // the rest of a request that is too large is not waited for
    if (status === 413) request.destroy()
  })
  // ms after which a request that never ends gives its socket back
  server.requestTimeout = 10_000
  return { server, issueEntryToken: sessions.issueEntryToken }
}
