import type { Outcome } from '../live/requests.js'
import type { Words } from '../words/en.js'

/** Advice on an action that did not succeed. */
export function adviceOf({ kind, safeToRepeat }: Extract<Outcome, { safeToRepeat: boolean }>, words: Words): string {
  if (kind === 'invalid') return words.mend
  return safeToRepeat ? words.safe : words.unsafe
}
