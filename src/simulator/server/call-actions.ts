import type { Refused, Telephony } from './telephony.js'

type Frame = Readonly<Record<string, unknown>>

/** One of the document's call actions: the rules of its parameters, and its command to the telephones. */
export interface CallAction {
  /**
   * Gives the errors by parameter; undefined when there are none. Fields that the document does not have are ignored.
   *
   * @param featureCodes whether `*` and `#` are allowed in a destination
   */
  errors(frame: Frame, featureCodes: boolean): Record<string, string> | undefined
  /** @param frame one without `errors` */
  perform(telephony: Telephony, frame: Frame, since: number): Refused | undefined
}

/** A type of parameter, as the document's tables name it. */
interface Parameter {
  isValid(value: unknown): boolean
  /** The rule in words. */
  readonly rule: string
  /** The type where feature codes are allowed, if that is another one. */
  readonly withFeatureCodes?: Parameter
}

const isInteger = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0
const isText = (form: RegExp) => (value: unknown) => typeof value === 'string' && form.test(value)
const isEither =
  (...types: Parameter['isValid'][]) =>
  (value: unknown) =>
    types.some(isValid => isValid(value))

const isDigits = isText(/^\d+$/)
const isNumber = isText(/^\+?\d+$/)
// the document's table says Integer, its example is a String
const extension: Parameter = {
  isValid: isEither(isInteger, isDigits),
  rule: 'must be an extension: an Integer or a String of digits',
}
const destination: Parameter = {
  isValid: isEither(isInteger, isNumber),
  rule: 'must be a number: an Integer, or a String of digits that may begin with +',
  withFeatureCodes: {
    isValid: isEither(isInteger, isText(/^\+?[\d*#]+$/)),
    rule: 'must be a number: an Integer, or a String of digits, * and # that may begin with +',
  },
}
const callerId: Parameter = { isValid: isNumber, rule: 'must be a number: a String of digits that may begin with +' }
const randomId: Parameter = {
  isValid: isText(/^[0-9A-Za-z]{1,64}$/),
  rule: 'must be a String of 1 to 64 alphanumeric characters',
}
const uniqueId: Parameter = { isValid: isText(/^\d+\.\d+$/), rule: "must be a String of the form 'number.number'" }

type Parameters = readonly (readonly [name: string, parameter: Parameter])[]

function errorsOf(parameters: Parameters, frame: Frame, featureCodes: boolean): [string, string][] {
  return parameters.flatMap(([name, parameter]): [string, string][] => {
    const { isValid, rule } = (featureCodes && parameter.withFeatureCodes) || parameter
    return isValid(frame[name]) ? [] : [[name, frame[name] === undefined ? 'is missing' : rule]]
  })
}

/** The value of a parameter as a text. */
function textOf(frame: Frame, name: string): string {
  return String(frame[name])
}

function createCallAction(
  required: Readonly<Record<string, Parameter>>,
  optional: Readonly<Record<string, Parameter>>,
  perform: CallAction['perform'],
): CallAction {
  const requiredOnes = Object.entries(required)
  const optionalOnes = Object.entries(optional)
  return {
    errors: (frame, featureCodes) => {
      const given = optionalOnes.filter(([name]) => frame[name] !== undefined)
      const errors = errorsOf([...requiredOnes, ...given], frame, featureCodes)
      return errors.length === 0 ? undefined : Object.fromEntries(errors)
    },
    perform,
  }
}

/** The document's call actions, by name. */
export const callActions: ReadonlyMap<string, CallAction> = new Map([
  [
    'call.create',
    createCallAction(
      { from: extension, to: destination, call_random_id: randomId },
      { caller_id: callerId },
      (telephony, frame) =>
        telephony.create({
          from: textOf(frame, 'from'),
          to: textOf(frame, 'to'),
          callRandomId: textOf(frame, 'call_random_id'),
          ...(frame['caller_id'] !== undefined && { callerId: textOf(frame, 'caller_id') }),
        }),
    ),
  ],
  [
    'call.hangup',
    createCallAction({ unique_id: uniqueId }, {}, (telephony, frame, since) =>
      telephony.hangup({ uniqueId: textOf(frame, 'unique_id') }, since),
    ),
  ],
  [
    'call.redirect',
    createCallAction({ unique_id: uniqueId, destination }, {}, (telephony, frame, since) =>
      telephony.redirect({ uniqueId: textOf(frame, 'unique_id'), destination: textOf(frame, 'destination') }, since),
    ),
  ],
])
