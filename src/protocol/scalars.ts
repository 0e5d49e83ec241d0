import * as t from 'io-ts'

// What names something is a string and what counts something is a number, whatever came. A value of another kind (an object, a boolean) is
// refused rather than printed: '[object Object]' as a caller would be a lie.

/** What a scalar's reader gives for a value that it refuses. */
const REFUSED = Symbol('refused')

function scalar<A>(expected: string, is: (value: unknown) => value is A, read: (value: unknown) => A | typeof REFUSED): t.Type<A, A, unknown> {
  return new t.Type<A, A, unknown>(
    expected,
    is,
    (value, context) => {
      const read_ = read(value)
      return read_ === REFUSED ? t.failure(value, context) : t.success(read_)
    },
    t.identity,
  )
}

const isString = (value: unknown): value is string => typeof value === 'string'
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isNumber = (value: unknown): value is number => typeof value === 'number'
const isMissing = (value: unknown): value is undefined | null | '' => value === undefined || value === null || value === ''
const printed = (value: unknown) => (isString(value) ? value : isNumber(value) ? String(value) : REFUSED)
const counted = (value: unknown) => (isNumber(value) ? value : isString(value) && /^\s*[-+]?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : REFUSED)

/** One of the three ids that are never made from a number, because a JSON number loses their trailing zeros. */
export const id = scalar('a non-empty string', isText, value => (isText(value) ? value : REFUSED))

/** An {@link id} that may be missing, `null` or empty. */
export const optionalId = scalar(
  'a string, if present',
  (value): value is string | undefined => value === undefined || isText(value),
  value => (isMissing(value) ? undefined : isText(value) ? value : REFUSED),
)

/** A `call_random_id`: never from a number, empty when it is missing. */
export const randomId = scalar('a string', isString, value => (isMissing(value) ? '' : isString(value) ? value : REFUSED))

/** The name of a queue or member, without which the frame says nothing. */
export const identity = scalar('a non-empty string or a number', isText, value => (isMissing(value) ? REFUSED : printed(value)))

/** A descriptive field: empty when it is missing or `null`. */
export const text = scalar('a string or a number', isString, value => (isMissing(value) ? '' : printed(value)))

/** A number that counts; `NaN` when it is missing, since any number would be made up. */
export const count = scalar('a number or a numeric string', isNumber, value => (isMissing(value) ? Number.NaN : counted(value)))

/** The code of a response. */
export const code = scalar('a number or a numeric string', isNumber, counted)
