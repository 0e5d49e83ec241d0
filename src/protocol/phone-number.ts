/**
 * Characters that people put between digits: blanks, dashes, dots, slashes, brackets, and invisible marks of copied
 * text.
 */
const SEPARATORS = /[\s\p{Pd}\p{Cf}./()]/gu

/**
 * A number as people type or report it, as this PBX dials it. Slovak numbers become national `0…`, others `00` and
 * the country code. Extensions, and whatever is not a telephone number, only lose their separators.
 *
 * ```ts
 * dialable('+421 900 111 222') // '0900111222'
 * dialable('+420 601 123 456') // '00420601123456'
 * dialable('12')               // '12'
 * ```
 */
export function dialable(text: string): string {
  const digits = text.replace(SEPARATORS, '').replace(/^\+(?=[1-9])/, '00')
  // A text without a prefix is surely Slovak only as 421 and nine digits. The trunk zero of +421 (0)9… goes.
  return digits.replace(/^00421(?=\d)0?|^421(?=\d{9}$)/, '0')
}

/**
 * Whether two numbers are the same party's, however each is written: `0900111222`, `421900111222`, `00421900111222`
 * and `+421 900 111 222` are. Whole numbers are compared, never their ends. An empty number is nobody's and equals
 * none.
 */
export function sameNumber(a: string, b: string): boolean {
  const dialled = dialable(a)
  return dialled !== '' && dialled === dialable(b)
}
