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
export interface Log extends Logger {
  /** From now on these strings are secrets; they replace the ones named before. */
  hide(secrets: readonly string[]): void
  /** A text without what is hidden. */
  redact(text: string): string
}

const HIDDEN = '[hidden]'

/** Wraps the user's logger; without one every call is a no-op. */
export function createLog(logger: Logger | undefined): Log {
  let hidden: readonly string[] = []
  const redact = (text: string) => hidden.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text)
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value)
    if (value instanceof Error) return clean(`${value.name}: ${value.message}`)
    if (Array.isArray(value)) return value.map(clean)
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, part]) => [redact(key), clean(part)]))
    return value
  }
  const at = (level: keyof Logger) => (message: string, details?: unknown) => {
    if (logger === undefined) return
    try {
      if (details === undefined) logger[level](redact(message))
      else logger[level](redact(message), clean(details))
    } catch (error) {
      // a logger's fault is the application's to see, not the connection's to die of
      queueMicrotask(() => {
        throw error
      })
    }
  }
  return {
    hide: secrets => {
      hidden = secrets.filter(secret => secret !== '')
    },
    redact,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  }
}
