/** A count with its noun, by the rules of the language: Slovak has 1 hovor, 2 hovory, 5 hovorov. */
export function plural(language: string, count: number, forms: { one: string; few?: string; other: string }): string {
  const rule = new Intl.PluralRules(language).select(count)
  return `${count} ${rule === 'one' ? forms.one : rule === 'few' && forms.few !== undefined ? forms.few : forms.other}`
}
