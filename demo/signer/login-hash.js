// @ts-check
import { createHash } from 'node:crypto'

/** @param {string} text */
const sha1 = text => createHash('sha1').update(text, 'utf8').digest('hex')

/**
 * The login hash of a nonce: SHA1(SHA1(username:password):nonce), both as hex.
 *
 * @param {{ username: string, password: string }} account
 * @param {string} nonce
 */
export const loginHash = ({ username, password }, nonce) => sha1(`${sha1(`${username}:${password}`)}:${nonce}`)

/**
 * Whether a value has the form of the PBX's nonces: letters and digits. Any other was made by somebody else.
 *
 * @param {unknown} nonce
 * @returns {nonce is string}
 */
export const isNonce = nonce => typeof nonce === 'string' && /^[A-Za-z0-9]{3,128}$/.test(nonce)
