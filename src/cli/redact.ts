/** Fields of a login, whatever they hold. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(['nonce', 'password'])
const HIDDEN = '[hidden]'

/** The same value without the secrets, wherever in it they are. */
export function scrub(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string')
    return secrets.reduce((rest, secret) => (secret === '' ? rest : rest.split(secret).join(HIDDEN)), value)
  if (Array.isArray(value)) return value.map(part => scrub(part, secrets))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      scrub(key, secrets),
      SECRET_FIELDS.has(key) ? HIDDEN : scrub(part, secrets),
    ]),
  )
}
