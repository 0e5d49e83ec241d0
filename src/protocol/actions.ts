import { PbxError } from '../shared/base-error.js'

/** The actions of the vendor's document that have an outcome. */
export type ActionName = 'call.create' | 'call.hangup' | 'call.redirect'

/**
 * A request cannot be right: nothing was sent. The message names the field, what is wrong with its value and what
 * would be right.
 */
export class InvalidRequestError extends PbxError<{ field: string }> {
  override readonly name = 'InvalidRequestError'
  /** The field that is wrong. */
  declare readonly field: string
}

/**
 * The fields of actions beside their names, as the wire has them. Numbers go as strings, since leading zeros matter.
 */
export interface ActionFields {
  /** 'Prihlásenie' (`user.login`): the name and the login hash, never the password itself. */
  username?: string
  password?: string
  /** 'Vytvorenie hovoru' (`call.create`): `from`, `to`, `call_random_id`, and perhaps `caller_id`. */
  from?: string
  to?: string
  call_random_id?: string
  caller_id?: string | undefined
  /** 'Zrušenie hovoru' (`call.hangup`). */
  unique_id?: string | undefined
  /** 'Presmerovanie hovoru' (`call.redirect`), with the `unique_id`. */
  destination?: string
}

/**
 * The frame of an action; an absent field is not sent. 'Odhlásenie' (`user.logout`) has no fields: the server answers
 * 110 'Bye' and closes. The empty name asks for a sign of life where the runtime has no ping: the document answers it
 * with 404 'Missing action' and does nothing.
 */
export function encodeAction(action: ActionName | 'user.login' | 'user.logout' | '', fields?: ActionFields): string {
  return JSON.stringify({ action, ...fields })
}

/**
 * Patterns that find the fields of an action in the `errors` of a response, as JSON: a field names the action that
 * the response is about. The form of `errors` is undocumented: names may be keys, or words in a text. 'from', 'to'
 * and 'destination' are words of English, too, and count only in quotes.
 */
export const actionFields: Readonly<Record<ActionName, RegExp>> = {
  'call.create': /"(from|to)"|\bcall(er|_random)_id\b/,
  'call.hangup': /\bunique_id\b/,
  'call.redirect': /\bunique_id\b|"destination"/,
}

const NUMBER = /^\+?\d{1,20}$/
const DIGITS = 'an optional + and 1 to 20 digits'

/** Throws {@link InvalidRequestError} for a call that cannot be created. @param featureCodes allow * and # in `to` */
export function checkCreate(
  from: unknown,
  to: unknown,
  callerId: unknown,
  callRandomId: unknown,
  featureCodes: boolean,
): void {
  check('from', from, /^\d{1,18}$/, '1 to 18 digits')
  checkNumber('to', to, featureCodes)
  if (callerId !== undefined) check('callerId', callerId, NUMBER, DIGITS)
  check('callRandomId', callRandomId, /^[0-9A-Za-z]{1,64}$/, '1 to 64 letters and digits')
}

/** Throws {@link InvalidRequestError} for what cannot be dialled. @param featureCodes allow * and # */
export function checkNumber(field: string, value: unknown, featureCodes: boolean): void {
  if (featureCodes) check(field, value, /^\+?[\d*#]{1,20}$/, `${DIGITS}, * or #`)
  else check(field, value, NUMBER, `${DIGITS}; see dialable(), and actions.featureCodes for * and #`)
}

/** Gives the id itself. Throws {@link InvalidRequestError} for what can be none. */
export function checkUniqueId(uniqueId: unknown): string {
  return check('uniqueId', uniqueId, /^[^\s\p{Cc}]{1,128}$/u, 'a unique_id as events carry it')
}

function check(field: string, value: unknown, pattern: RegExp, right: string): string {
  const isText = typeof value === 'string'
  if (isText && pattern.test(value)) return value
  throw new InvalidRequestError(
    `'${field}' must be a string: ${right}; not ${isText ? JSON.stringify(value.slice(0, 40)) : typeof value}.`,
    { field },
  )
}
