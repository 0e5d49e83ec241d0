/** What people put between digits: blanks, dashes, dots, slashes, brackets, and the invisible marks that come with copying. */
const SEPARATORS = /[\s\p{Pd}\p{Cf}./()]/gu

/**
 * A number as people type or report it, as this PBX dials it: Slovak ones as national `0…`, others as `00` and the country code. Extensions, and
 * whatever is not a telephone number, only lose their separators.
 *
 * ```ts
 * dialable('+421 900 111 222') // '0900111222'
 * dialable('+420 601 123 456') // '00420601123456'
 * dialable('12')               // '12'
 * ```
 */
export function dialable(text: string): string {
  const digits = text.replace(SEPARATORS, '').replace(/^\+(?=[1-9])/, '00')
  // without a prefix only a whole Slovak number, nine digits after the country code, is surely one; the trunk zero of +421 (0)9… goes
  return digits.replace(/^00421(?=\d)0?|^421(?=\d{9}$)/, '0')
}

/**
 * Whether two numbers are the same party's, however each is written: `0900111222`, `421900111222`, `00421900111222` and `+421 900 111 222` are.
 * Compares whole numbers, never their ends; an empty number is nobody's and equals none.
 */
export function sameNumber(a: string, b: string): boolean {
  const dialled = dialable(a)
  return dialled !== '' && dialled === dialable(b)
}
