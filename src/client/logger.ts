import { Subject } from 'rxjs'
import { isObject } from '../shared/is-object.js'

/**
 * The receiver of log lines; without one the SDK is silent. Passwords, digests and login hashes never reach it.
 * `details` is plain data, ready for a structured log. Callers' names and numbers do appear at `debug`: treat that
 * level as personal data.
 */
export interface Logger {
  debug(message: string, details?: unknown): void
  info(message: string, details?: unknown): void
  warn(message: string, details?: unknown): void
  error(message: string, details?: unknown): void
}

/** The logger inside the SDK: redacts secrets, and cannot break its caller. */
export interface Log {
  write(level: keyof Logger, message: string, details: unknown): void
  /** Makes these strings the secrets, in place of the ones before. */
  hide(secrets: readonly string[]): void
  /** The text without secrets. */
  redact(text: string): string
}

/** Wraps the user's logger. Without one nothing is written. */
export function createLog(logger: Logger | undefined): Log {
  let hidden: readonly string[] = []
  const redact = (text: string) => hidden.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text)
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value)
    if (value instanceof Error) return redact(String(value))
    if (Array.isArray(value)) return value.map(clean)
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [redact(name), clean(part)]))
  }
  const lines = new Subject<[keyof Logger, string, unknown]>()
  // The fault of a logger is reported as a subscriber's is: the application sees it, and the connection goes on.
  if (logger) lines.subscribe(([level, message, details]) => logger[level](redact(message), clean(details)))
  return {
    hide: secrets => {
      hidden = secrets.filter(Boolean)
    },
    redact,
    write: (...line) => lines.next(line),
  }
}
