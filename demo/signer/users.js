// @ts-check

const SHAPE = 'DASHBOARD_USERS must be a JSON object: {"name":"password"}.'

/** @param {string} text @returns {unknown} */
function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    // the message of a SyntaxError quotes what was read: passwords
    return undefined
  }
}

/**
 * Reads the users of the dashboard: passwords by name. Throws a TypeError for anything but an object of texts that are
 * not empty, since an empty password would let everybody in. The message names the user and never a password.
 *
 * @param {string} text the variable DASHBOARD_USERS
 * @returns {ReadonlyMap<string, string>}
 */
export function readUsers(text) {
  const users = parse(text)
  if (typeof users !== 'object' || users === null || Array.isArray(users)) throw new TypeError(SHAPE)
  /** @type {Map<string, string>} */
  const passwords = new Map()
  for (const [name, password] of Object.entries(users)) {
    if (name === '') throw new TypeError(`DASHBOARD_USERS: the name of a user must not be empty. ${SHAPE}`)
    if (typeof password !== 'string' || password === '') {
      const user = JSON.stringify(name)
      throw new TypeError(`DASHBOARD_USERS: the password of ${user} must be a text that is not empty. ${SHAPE}`)
    }
    passwords.set(name, password)
  }
  return passwords
}
