import { REFUSED, type Scalar } from './scalars.js'

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

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
