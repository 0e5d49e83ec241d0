import { Subject } from 'rxjs'
import { isObject } from '../shared/is-object.js'

/**
 * Where the SDK tells what it does; silent unless you pass one. Passwords, digests and login hashes never reach it.
 * `details` is plain data, ready for a structured log. Callers' names and numbers do appear at `debug`: treat that level as personal data.
 */
export interface Logger {
  debug(message: string, details?: unknown): void
  info(message: string, details?: unknown): void
  warn(message: string, details?: unknown): void
  error(message: string, details?: unknown): void
}

/** The logger inside the SDK: redacts what it was told to hide, and cannot break its caller. */
export interface Log {
  write(level: keyof Logger, message: string, details: unknown): void
  /** From now on these strings are secrets; they replace the ones named before. */
  hide(secrets: readonly string[]): void
  /** A text without what is hidden. */
  redact(text: string): string
}

/** Wraps the user's logger; without one nothing is told. */
export function createLog(logger: Logger | undefined): Log {
  let hidden: readonly string[] = []
  const redact = (text: string) => hidden.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text)
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value)
    if (value instanceof Error) return redact(String(value))
    if (Array.isArray(value)) return value.map(clean)
    return isObject(value) ? Object.fromEntries(clean(Object.entries(value)) as [string, unknown][]) : value
  }
  const lines = new Subject<[keyof Logger, string, unknown]>()
  // as a subscriber's, a logger's fault is the application's to see, not the connection's to die of
  if (logger) lines.subscribe(([level, message, details]) => logger[level](redact(message), clean(details)))
  return {
    hide: secrets => {
      hidden = secrets.filter(Boolean)
    },
    redact,
    write: (...line) => lines.next(line),
  }
}
