import { InvalidRequestError } from '../errors.js'

/** 'Prihlásenie'. @param login.password the login hash, never the password */
export function encodeLogin({ username, password }: { username: string; password: string }): string {
  return JSON.stringify({ action: 'user.login', username, password })
}

/** 'Odhlásenie': the server answers 110 'Bye' and closes. */
export function encodeLogout(): string {
  return JSON.stringify({ action: 'user.logout' })
}

/** Asks for a sign of life where the runtime has no ping: the document answers an empty action with 404 'Missing action' and does nothing. */
export const probeText = JSON.stringify({ action: '' })

/** 'Vytvorenie hovoru'. Numbers go as strings, since leading zeros matter. */
export function encodeCreate({ from, to, callRandomId, callerId }: { from: string; to: string; callRandomId: string; callerId?: string | undefined }): string {
  return JSON.stringify({ action: 'call.create', from, to, call_random_id: callRandomId, ...(callerId !== undefined && { caller_id: callerId }) })
}

/** 'Zrušenie hovoru'. */
export function encodeHangup({ uniqueId }: { uniqueId: string }): string {
  return JSON.stringify({ action: 'call.hangup', unique_id: uniqueId })
}

/** 'Presmerovanie hovoru'. */
export function encodeRedirect({ uniqueId, destination }: { uniqueId: string; destination: string }): string {
  return JSON.stringify({ action: 'call.redirect', unique_id: uniqueId, destination })
}

/** The fields of the actions as the wire names them: an `errors` that names one tells which action it is about. */
export const actionFields = {
  'call.create': ['from', 'to', 'call_random_id', 'caller_id'],
  'call.hangup': ['unique_id'],
  'call.redirect': ['unique_id', 'destination'],
} as const

/** What may be in a field. */
interface Form {
  readonly pattern: RegExp
  readonly right: string
}

const EXTENSION: Form = { pattern: /^\d{1,18}$/, right: '1 to 18 digits' }
const NUMBER: Form = { pattern: /^\+?\d{1,20}$/, right: 'an optional + and 1 to 20 digits; dialable() makes it of what people type' }
const FEATURE: Form = { pattern: /^\+?[\d*#]{1,20}$/, right: 'an optional + and 1 to 20 digits, * or #' }
const RANDOM_ID: Form = { pattern: /^[0-9A-Za-z]{1,64}$/, right: '1 to 64 alphanumeric characters' }
const UNIQUE_ID: Form = { pattern: /^[^\s\p{Cc}]{1,128}$/u, right: 'a unique_id as events carry it' }

/** Throws {@link InvalidRequestError} for a call that cannot be created. @param options.featureCodes allow * and # in `to` */
export function checkCreate(
  request: { from?: unknown; to?: unknown; callerId?: unknown; callRandomId?: unknown },
  { featureCodes }: { featureCodes: boolean },
): void {
  if (typeof request !== 'object' || request === null) throw new InvalidRequestError('createCall() needs { from, to }.', { field: 'from' })
  check('from', request.from, EXTENSION)
  check('to', request.to, featureCodes ? FEATURE : NUMBER)
  if (request.callerId !== undefined) check('callerId', request.callerId, NUMBER)
  if (request.callRandomId !== undefined) check('callRandomId', request.callRandomId, RANDOM_ID)
}

/** Throws {@link InvalidRequestError}. */
export function checkDestination(destination: unknown, { featureCodes }: { featureCodes: boolean }): void {
  check('destination', destination, featureCodes ? FEATURE : NUMBER)
}

/** Throws {@link InvalidRequestError}. */
export function checkUniqueId(uniqueId: unknown): void {
  check('uniqueId', uniqueId, UNIQUE_ID)
}

function check(field: string, value: unknown, { pattern, right }: Form): void {
  if (typeof value !== 'string') {
    const was = value === undefined ? 'is missing' : value === null ? 'is null' : `is a ${typeof value}`
    throw new InvalidRequestError(`'${field}' ${was}; it must be a string: ${right}.`, { field })
  }
  if (pattern.test(value)) return
  const was =
    value === ''
      ? 'is empty'
      : /[*#]/.test(value)
        ? `has * or #, which the option actions.featureCodes would have to allow: ${quoted(value)}`
        : `is ${quoted(value)}`
  throw new InvalidRequestError(`'${field}' ${was}; it must be ${right}.`, { field })
}

function quoted(value: string): string {
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
}
