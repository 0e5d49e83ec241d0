import { sha1 } from './sha1.js'

/** Hex SHA1 of `username:password`, both as UTF-8. The digest logs in as the password does, so guard it like one. */
export function passwordDigest(username: string, password: string): string {
  return sha1(`${username}:${password}`)
}

/**
 * The `password` field of `user.login` (document: 'Vytvorenie prihlasovacieho hashu'): hex SHA1 of the digest, a
 * colon and the nonce of this connection.
 */
export function loginHash(digest: string, nonce: string): string {
  return sha1(`${digest.toLowerCase()}:${nonce}`)
}
