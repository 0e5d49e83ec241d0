import { loginHash, passwordDigest } from '../../protocol/login-hash.js'
import type { SimulatedUser } from '../options.js'

/** The users with their permissions. */
export interface UserDirectory {
  /** The meaning of the response to a login. The hash is checked first, then whether the user is activated. */
  checkLogin(username: string, hash: string, nonce: string): 'logged-in' | 'wrong-credentials' | 'user-not-activated'
  /** Whether the user may use this call action. */
  mayUse(username: string, action: string): boolean
  /** Whether the user gets events of this name. */
  receives(username: string, event: string): boolean
}

export function createUserDirectory(users: readonly SimulatedUser[]): UserDirectory {
  const known = new Map(
    users.map(({ username, password, activated = true, actions, events }) => [
      username,
      {
        digest: passwordDigest(username, password),
        activated,
        actions: actions && new Set(actions),
        events: events && [...events],
      },
    ]),
  )
  return {
    checkLogin: (username, hash, nonce) => {
      const user = known.get(username)
      if (user === undefined || hash.toLowerCase() !== loginHash(user.digest, nonce)) return 'wrong-credentials'
      return user.activated ? 'logged-in' : 'user-not-activated'
    },
    mayUse: (username, action) => known.get(username)?.actions?.has(action) ?? true,
    receives: (username, event) =>
      known.get(username)?.events?.some(kind => event === kind || event.startsWith(`${kind}.`)) ?? true,
  }
}
