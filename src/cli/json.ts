/** Levels of objects and arrays within each other that are walked; the client reads no frame that is nested deeper. */
export const MAX_NESTING = 100

/** Whether a value is an object with named fields: neither `null` nor an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object that a text holds as JSON; undefined for any other text. `JSON.parse` itself has no limit of levels. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Whether objects and arrays stand within each other on more than `levels` levels. The recursion stops at that level.
 */
export function isNestedDeeper(value: unknown, levels = MAX_NESTING): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some(part => isNestedDeeper(part, levels - 1))
}
