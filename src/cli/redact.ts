import { MAX_NESTING } from './json.js'

/** Fields of a login, whose values are secret whatever they are. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(['nonce', 'password'])
const HIDDEN = '[hidden]'

/** A text in which each secret is replaced. */
export function redactText(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, HIDDEN)), text)
}

/**
 * The fields of an object without secrets, in names and values, on all levels. Values below `levels` levels are hidden
 * altogether.
 */
export function redactFields(fields: object, secrets: readonly string[], levels = MAX_NESTING): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      redactText(name, secrets),
      SECRET_FIELDS.has(name) ? HIDDEN : redactValue(value, secrets, levels - 1),
    ]),
  )
}

function redactValue(value: unknown, secrets: readonly string[], levels: number): unknown {
  if (typeof value === 'string') return redactText(value, secrets)
  if (typeof value !== 'object' || value === null) return value
  if (levels <= 0) return HIDDEN
  return Array.isArray(value)
    ? value.map(part => redactValue(part, secrets, levels - 1))
    : redactFields(value, secrets, levels)
}
