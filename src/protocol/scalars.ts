// What names something is a string and what counts something is a number, whatever came. A value of another kind (an object, a boolean) is
// refused rather than printed: '[object Object]' as a caller would be a lie.

/** What a scalar's reader gives for a value that it refuses. */
export const REFUSED = Symbol()

/** How one field is read. */
export interface Scalar<A> {
  /** What is right, in words. */
  readonly expected: string
  readonly read: (value: unknown) => A | typeof REFUSED
}

const isMissing = (value: unknown) => value === undefined || value === null || value === ''
const readText = (value: unknown) => (typeof value === 'string' ? value : REFUSED)
const readName = (value: unknown) => (typeof value === 'number' ? `${value}` : readText(value))
const readCount = (value: unknown) =>
  typeof value === 'number' ? value : typeof value === 'string' && /^\s*[-+]?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : REFUSED

/** One of the three ids that are never made from a number, because a JSON number loses their trailing zeros. */
export const id: Scalar<string> = { expected: 'a non-empty string', read: value => (value === '' ? REFUSED : readText(value)) }

/** An {@link id} that may be missing, `null` or empty. */
export const optionalId: Scalar<string | undefined> = { expected: 'a string, if present', read: value => (isMissing(value) ? undefined : readText(value)) }

/** A `call_random_id`: never from a number, empty when it is missing. */
export const randomId: Scalar<string> = { expected: 'a string', read: value => (isMissing(value) ? '' : readText(value)) }

/** The name of a queue or member, without which the frame says nothing. */
export const identity: Scalar<string> = { expected: 'a non-empty string or a number', read: value => (value === '' ? REFUSED : readName(value)) }

/** A descriptive field: empty when it is missing or `null`. */
export const text: Scalar<string> = { expected: 'a string or a number', read: value => (isMissing(value) ? '' : readName(value)) }

const COUNT = 'a number or a numeric string'

/** A number that counts; `NaN` when it is missing, since any number would be made up. */
export const count: Scalar<number> = { expected: COUNT, read: value => (isMissing(value) ? Number.NaN : readCount(value)) }

/** The code of a response. */
export const code: Scalar<number> = { expected: COUNT, read: readCount }
