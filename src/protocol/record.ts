import { isLeft } from 'fp-ts/Either'
import * as t from 'io-ts'

type Fields = Readonly<Record<string, t.Mixed>>

/** What a {@link record} of these fields decodes to. */
type Decoded<Required extends Fields, Optional extends Fields> = { [K in keyof Required]: t.TypeOf<Required[K]> } & {
  [K in keyof Optional]?: Exclude<t.TypeOf<Optional[K]>, undefined>
}

/** The same type, shown flat in an editor. */
type Flat<T> = { [K in keyof T]: T[K] }

/** A codec of a frame, whose fields are known by name. */
export type FrameCodec<A> = t.Type<A, A, unknown>

/**
 * Codec of an object with these fields; all others stay as they came. io-ts's own `type` and `intersection` would copy the object once for each
 * field that changes, and with `Object.assign`, which lets a field named `__proto__` set the prototype.
 *
 * Never changes its input; gives the input itself when nothing had to be changed. An optional field that decodes to `undefined` is left out.
 */
export function record<R extends Fields, O extends Fields = Record<never, never>>(name: string, required: R, optional?: O): FrameCodec<Flat<Decoded<R, O>>> {
  type A = Flat<Decoded<R, O>>
  const fields = Object.entries<t.Mixed>({ ...required, ...optional })
  const allowed = new Set(Object.keys(optional ?? {}))

  return new t.Type<A, A, unknown>(
    name,
    (value): value is A => isObject(value) && fields.every(([key, codec]) => codec.is(own(value, key))),
    (value, context) => {
      if (!isObject(value)) return t.failure(value, context)
      let result = value
      const errors: t.Errors = []
      for (const [key, codec] of fields) {
        const given = own(value, key)
        // a field that is right as it is, the usual case, costs no Either
        if (codec.is(given)) continue
        const decoded = codec.validate(given, t.appendContext(context, key, codec, given))
        if (isLeft(decoded)) {
          errors.push(...decoded.left)
          continue
        }
        // spread defines the copy's fields, `__proto__` included, and calls no setter
        if (result === value) result = { ...value }
        if (decoded.right === undefined && allowed.has(key)) delete result[key]
        else result[key] = decoded.right
      }
      return errors.length > 0 ? t.failures(errors) : t.success(result as A)
    },
    t.identity,
  )
}

/** The field of this name that the object has itself: `{}` has no `constructor`. */
function own(value: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What is wrong, as paths and expected kinds; never the values, which may be personal or secret. */
export function explain(errors: t.Errors): string {
  return errors
    .map(({ context }) => {
      const path = context.map(entry => entry.key).filter(key => key !== '')
      const expected = context.at(-1)?.type.name ?? 'something else'
      return path.length === 0 ? `should be ${expected}` : `${path.join('.')} should be ${expected}`
    })
    .join('; ')
}
