// @ts-check
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const COOKIE = 'wallboard'
/** ms: a shift and a bit. */
const LASTS = 12 * 3_600_000

/** @param {string} text */
const digest = text => createHash('sha256').update(text).digest()

/**
 * Who is logged in to the dashboard, in memory: a restart of the signer logs everybody out.
 *
 * @param {ReadonlyMap<string, string>} users passwords by name
 * @param {{ secure: boolean, now?: () => number }} options `secure`: the page is served over https
 */
export function createSessions(users, { secure, now = Date.now }) {
  /** By the digest of the token, so that a dump of the memory opens no session. @type {Map<string, { user: string, until: number }>} */
  const open = new Map()
  /** @type {Map<string, string>} */
  const tickets = new Map()
  const attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
  /** @param {import('node:http').IncomingMessage} request */
  const key = ({ headers }) => {
    const pairs = (headers.cookie ?? '').split(';').map(pair => pair.trim().split('='))
    const token = pairs.find(([name]) => name === COOKIE)?.[1]
    return token === undefined ? undefined : digest(token).toString('hex')
  }
  /** @param {string} user */
  const begin = user => {
    for (const [old, { until }] of open) if (until <= now()) open.delete(old)
    const token = randomBytes(32).toString('base64url')
    open.set(digest(token).toString('hex'), { user, until: now() + LASTS })
    return `${COOKIE}=${token}; ${attributes}; Max-Age=${LASTS / 1_000}`
  }

  return {
    /** The cookie of a new session; undefined for a wrong name or password. @param {string} user @param {string} password */
    logIn: (user, password) => {
      const known = users.get(user)
      // an unknown name takes as long as a wrong password
      const isRight = timingSafeEqual(digest(known ?? ''), digest(password))
      return known !== undefined && isRight ? begin(user) : undefined
    },
    /** A word that opens one session, once. @param {string} user */
    issueTicket: user => {
      const ticket = randomBytes(32).toString('base64url')
      tickets.set(ticket, user)
      return ticket
    },
    /** @param {string} ticket */
    useTicket: ticket => {
      const user = tickets.get(ticket)
      tickets.delete(ticket)
      return user === undefined ? undefined : begin(user)
    },
    /** Who asks; undefined for who is not logged in. @param {import('node:http').IncomingMessage} request */
    userOf: request => {
      const session = open.get(key(request) ?? '')
      return session !== undefined && session.until > now() ? session.user : undefined
    },
    /** The cookie that ends it. @param {import('node:http').IncomingMessage} request */
    logOut: request => {
      open.delete(key(request) ?? '')
      return `${COOKIE}=; ${attributes}; Max-Age=0`
    },
  }
}
