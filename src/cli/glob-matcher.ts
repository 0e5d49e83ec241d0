/**
 * Makes a test of whether a name fits one of the patterns, in which `*` stands for any text and `?` for one character.
 * Without a pattern every name fits. The time for one name grows with its length, and does not explode for patterns
 * with several `*`.
 */
export function createMatcher(patterns: readonly string[]): (name: string) => boolean {
  const globs = patterns.map(pattern => [...pattern])
  return name => globs.length === 0 || globs.some(glob => isMatch(glob, [...name]))
}

/**
 * Compares from left to right. Where it fails, the newest `*` takes one character more: an earlier `*` never has to.
 */
function isMatch(glob: readonly string[], name: readonly string[]): boolean {
  let inGlob = 0
  let inName = 0
  let star = -1
  let afterStar = 0
  while (inName < name.length) {
    const wanted = glob[inGlob]
    if (wanted === '*') {
      star = inGlob
      afterStar = inName
      inGlob += 1
    } else if (wanted === '?' || wanted === name[inName]) {
      inGlob += 1
      inName += 1
    } else if (star >= 0) {
      afterStar += 1
      inGlob = star + 1
      inName = afterStar
    } else return false
  }
  return glob.slice(inGlob).every(character => character === '*')
}
