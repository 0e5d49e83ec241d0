// @ts-check
/**
 * Makes a limit of `most` times in any minute, for each key by itself.
 *
 * @param {number} most
 * @param {() => number} [now] ms
 */
export function createRate(most, now = Date.now) {
  /** @type {Map<string, number[]>} */
  const times = new Map()
  /** Whether one more time is allowed; if so, that time is counted. @param {string} key */
  return key => {
    const since = now() - 60_000
    for (const [other, all] of times) if ((all.at(-1) ?? 0) <= since) times.delete(other)
    const recent = (times.get(key) ?? []).filter(at => at > since)
    const isAllowed = recent.length < most
    if (isAllowed) recent.push(now())
    times.set(key, recent)
    return isAllowed
  }
}
