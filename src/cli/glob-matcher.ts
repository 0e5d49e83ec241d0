/** Whether a name fits one of the patterns, in which `*` stands for any text and `?` for one character. Without a pattern every name does. */
export function matcher(patterns: readonly string[]): (name: string) => boolean {
  const tests = patterns.map(pattern => new RegExp(`^${pattern.split('').map(expression).join('')}$`, 'su'))
  return name => tests.length === 0 || tests.some(test => test.test(name))
}

function expression(character: string): string {
  if (character === '*') return '.*'
  return character === '?' ? '.' : character.replace(/[\\^$.*+?()[\]{}|/-]/u, found => `\\${found}`)
}
