import { sha1 } from '@noble/hashes/legacy'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils'

// not crypto.subtle: it is missing on plain-http pages, where many a LAN dashboard lives

/** Hex SHA1 of `username:password`, both as UTF-8. It logs in as the password does, so guard it like one. */
export function passwordDigest(username: string, password: string): string {
  return hexSha1(`${username}:${password}`)
}

/** What `user.login` sends as `password` (document: 'Vytvorenie prihlasovacieho hashu'): hex SHA1 of the digest, a colon and this connection's nonce. */
export function loginHash(digest: string, nonce: string): string {
  return hexSha1(`${digest.toLowerCase()}:${nonce}`)
}

function hexSha1(text: string): string {
  return bytesToHex(sha1(utf8ToBytes(text)))
}
