// The fields of a frame, and how each is read.
//
// A field that names something is a string, and a field that counts something is a number, whatever the wire sent. A
// value of another kind (an object, a boolean) is refused: '[object Object]' printed as a caller would be a lie.

/** Stands for a value that is refused. */
export const REFUSED = Symbol()

/** How one field is read. */
export type Field<A> = readonly [
  /** The right kind of value, in words. */
  expected: string,
  read: (value: unknown) => A | typeof REFUSED,
  /** Stands for `undefined`, `null` and `''`. */
  missing: A | typeof REFUSED,
]

const readText = (value: unknown) => (typeof value === 'string' ? value : REFUSED)
/** A name that is no id: its digits are as good as the number. */
export const readName = (value: unknown) => (typeof value === 'number' ? `${value}` : readText(value))
const readCount = (value: unknown) =>
  typeof value === 'number' || (typeof value === 'string' && /^\s*[-+]?\d+(\.\d+)?\s*$/.test(value))
    ? Number(value)
    : REFUSED

/** One of the three ids that are never made from a number, because a JSON number loses their trailing zeros. */
export const id: Field<string> = ['a non-empty string', readText, REFUSED]

/** An {@link id} that may be missing, `null` or empty. */
export const optionalId: Field<string | undefined> = ['a string, if present', readText, undefined]

/** A `call_random_id`: never made from a number, empty when it is missing. */
export const randomId: Field<string> = ['a string', readText, '']

/** The name of a queue or member, without which the frame says nothing. */
export const identity: Field<string> = ['a non-empty string or a number', readName, REFUSED]

/** A descriptive field: empty when it is missing or `null`. */
export const text: Field<string> = ['a string or a number', readName, '']

const COUNT = 'a number or a numeric string'

/** A number that counts: `NaN` when it is missing, since any number would be made up. */
export const count: Field<number> = [COUNT, readCount, NaN]

/** The code of a response. */
export const code: Field<number> = [COUNT, readCount, REFUSED]

/** The fields of one kind of frame, by name. */
export type Fields = Readonly<Record<string, Field<unknown>>>

type Value<F> = F extends Field<infer A> ? A : never
type OptionalIn<F extends Fields> = { [K in keyof F]: undefined extends Value<F[K]> ? K : never }[keyof F]

/** What {@link readRecord} gives for these fields. A field that may be read as `undefined` may be missing. */
export type RecordOf<F extends Fields> = { [K in Exclude<keyof F, OptionalIn<F>>]: Value<F[K]> } & {
  [K in OptionalIn<F>]?: Exclude<Value<F[K]>, undefined>
}

/**
 * Reads these fields of an object; all others stay as they came. The input is never changed, and is the result itself
 * when nothing had to be changed. A field that is read as `undefined` is left out.
 *
 * @param refuse called for each field that is wrong, with what would be right; the result is worth nothing then
 */
export function readRecord<F extends Fields>(
  fields: F,
  value: Readonly<Record<string, unknown>>,
  refuse: (field: string, expected: string) => void,
): RecordOf<F> & { [field: string]: unknown } {
  let copy: Record<string, unknown> | undefined
  for (const field in fields) {
    const rule = fields[field]
    if (rule === undefined) continue
    const [expected, read, missing] = rule
    const given = value[field]
    const right = given === undefined || given === null || given === '' ? missing : read(given)
    if (right === REFUSED) refuse(field, expected)
    else if (!Object.is(right, given)) {
      // Spread defines the copy's fields, `__proto__` included, and calls no setter.
      copy ??= { ...value }
      if (right === undefined) delete copy[field]
      else copy[field] = right
    }
  }
  // The loop above has given every field its type, which no compiler can see.
  return (copy ?? value) as RecordOf<F> & { [field: string]: unknown }
}
