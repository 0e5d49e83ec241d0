// @ts-check
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const COOKIE = 'wallboard'
/** ms that a session lasts: a shift and a bit. */
const SESSION_TIME = 12 * 3_600_000

/** @param {string} text */
const digest = text => createHash('sha256').update(text).digest()

/**
 * Sessions of the dashboard, in memory: a restart of the signer logs everybody out.
 *
 * @param {ReadonlyMap<string, string>} users passwords by name
 * @param {{ secure: boolean, now?: () => number }} options `secure`: the page is served over https
 */
export function createSessions(users, { secure, now = Date.now }) {
  /**
   * Sessions by the digest of their token, so that a dump of the memory opens none.
   *
   * @type {Map<string, { user: string, until: number }>}
   */
  const sessions = new Map()
  /** Users by the token that opens one session for them. @type {Map<string, string>} */
  const entryTokens = new Map()
  const attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
  /** The key in `sessions` of the request's cookie. @param {import('node:http').IncomingMessage} request */
  const keyOf = ({ headers }) => {
    const pairs = (headers.cookie ?? '').split(';').map(pair => pair.trim().split('='))
    const token = pairs.find(([name]) => name === COOKIE)?.[1]
    return token === undefined ? '' : digest(token).toString('hex')
  }
  /** Begins a session and gives its cookie. @param {string} user */
  const begin = user => {
    for (const [key, { until }] of sessions) if (until <= now()) sessions.delete(key)
    const token = randomBytes(32).toString('base64url')
    sessions.set(digest(token).toString('hex'), { user, until: now() + SESSION_TIME })
    return `${COOKIE}=${token}; ${attributes}; Max-Age=${SESSION_TIME / 1_000}`
  }

  return {
    /**
     * The cookie of a new session; undefined for a wrong name or password, and always for an empty password.
     *
     * @param {string} user
     * @param {string} password
     */
    logIn: (user, password) => {
      const known = users.get(user) ?? ''
      // the digests are compared for an unknown name, too, so that its answer takes as long as one for a wrong password
      const isRight = timingSafeEqual(digest(known), digest(password))
      return isRight && known !== '' ? begin(user) : undefined
    },
    /** A token that opens one session, once. @param {string} user */
    issueEntryToken: user => {
      const token = randomBytes(32).toString('base64url')
      entryTokens.set(token, user)
      return token
    },
    /** The cookie of a new session; undefined for a token that is unknown or used up. @param {string} token */
    useEntryToken: token => {
      const user = entryTokens.get(token)
      entryTokens.delete(token)
      return user === undefined ? undefined : begin(user)
    },
    /**
     * The user whose session the request's cookie names; undefined without a session.
     *
     * @param {import('node:http').IncomingMessage} request
     */
    userOf: request => {
      const session = sessions.get(keyOf(request))
      return session !== undefined && session.until > now() ? session.user : undefined
    },
    /**
     * Ends the request's session and gives the cookie that removes its own.
     *
     * @param {import('node:http').IncomingMessage} request
     */
    logOut: request => {
      sessions.delete(keyOf(request))
      return `${COOKIE}=; ${attributes}; Max-Age=0`
    },
  }
}
