// How the fields of a frame are read.
//
// What names something is a string and what counts something is a number, whatever came. A value of another kind (an
// object, a boolean) is refused rather than printed: '[object Object]' as a caller would be a lie.

/** Stands for a value that is refused. */
export const REFUSED = Symbol()

/** How one field is read. */
export type Scalar<A> = readonly [
  /** What is right, in words. */
  expected: string,
  read: (value: unknown) => A | typeof REFUSED,
  /** What stands for `undefined`, `null` and `''`. */
  missing: A | typeof REFUSED,
]

const readText = (value: unknown) => (typeof value === 'string' ? value : REFUSED)
/** Of what is no id: a number is as good as its digits. */
export const readName = (value: unknown) => (typeof value === 'number' ? `${value}` : readText(value))
const readCount = (value: unknown) =>
  typeof value === 'number' || (typeof value === 'string' && /^\s*[-+]?\d+(\.\d+)?\s*$/.test(value))
    ? Number(value)
    : REFUSED

/** One of the three ids that are never made from a number, because a JSON number loses their trailing zeros. */
export const id: Scalar<string> = ['a non-empty string', readText, REFUSED]

/** An {@link id} that may be missing, `null` or empty. */
export const optionalId: Scalar<string | undefined> = ['a string, if present', readText, undefined]

/** A `call_random_id`: never from a number, empty when it is missing. */
export const randomId: Scalar<string> = ['a string', readText, '']

/** The name of a queue or member, without which the frame says nothing. */
export const identity: Scalar<string> = ['a non-empty string or a number', readName, REFUSED]

/** A descriptive field: empty when it is missing or `null`. */
export const text: Scalar<string> = ['a string or a number', readName, '']

const COUNT = 'a number or a numeric string'

/** A number that counts; `NaN` when it is missing, since any number would be made up. */
export const count: Scalar<number> = [COUNT, readCount, NaN]

/** The code of a response. */
export const code: Scalar<number> = [COUNT, readCount, REFUSED]

/** How the fields of an object are read, by name. */
export type Fields = Readonly<Record<string, Scalar<unknown>>>

type Value<S> = S extends Scalar<infer A> ? A : never
type OptionalIn<F extends Fields> = { [K in keyof F]: undefined extends Value<F[K]> ? K : never }[keyof F]

/** What {@link readRecord} gives for these fields; one that may be read as `undefined` may be missing. */
export type RecordOf<F extends Fields> = { [K in Exclude<keyof F, OptionalIn<F>>]: Value<F[K]> } & {
  [K in OptionalIn<F>]?: Exclude<Value<F[K]>, undefined>
}

/**
 * Reads these fields of an object; all others stay as they came. Never changes its input; gives the input itself when nothing had to be changed. A field
 * that is read as `undefined` is left out.
 *
 * @param refuse told of each field that is wrong, and of what would be right; the result is worth nothing then
 */
export function readRecord<F extends Fields>(
  fields: F,
  value: Readonly<Record<string, unknown>>,
  refuse: (field: string, expected: string) => void,
): RecordOf<F> {
  let result = value as Record<string, unknown>
  for (const field in fields) {
    const [expected, read, missing] = fields[field] as Scalar<unknown>
    const given = value[field]
    const right = given === undefined || given === null || given === '' ? missing : read(given)
    if (right === REFUSED) refuse(field, expected)
    else if (!Object.is(right, given)) {
      // spread defines the copy's fields, `__proto__` included, and calls no setter
      if (result === value) result = { ...value }
      if (right === undefined) delete result[field]
      else result[field] = right
    }
  }
  return result as RecordOf<F>
}
