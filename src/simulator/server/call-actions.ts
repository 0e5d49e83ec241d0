import type { Refused, Telephony } from './telephony.js'

/** One of the document's call actions: what its parameters must be, and what is asked of the telephones. */
export interface CallAction {
  /**
   * What is wrong, by parameter; undefined when nothing is. Fields that the document does not have are left alone.
   *
   * @param featureCodes whether `*` and `#` may be in a number that is called
   */
  errors(frame: Frame, featureCodes: boolean): Record<string, string> | undefined
  /** @param frame one without `errors` */
  ask(telephony: Telephony, frame: Frame, since: number): Refused | undefined
}

type Frame = Readonly<Record<string, unknown>>

/** A type of parameter, as the document's tables name it. */
interface Parameter {
  fits(value: unknown): boolean
  readonly must: string
  /** What it is where feature codes may be dialled, if that is something else. */
  readonly withFeatureCodes?: Parameter
}

const isInteger = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0
const isText = (form: RegExp) => (value: unknown) => typeof value === 'string' && form.test(value)
const either =
  (...types: Parameter['fits'][]) =>
  (value: unknown) =>
    types.some(fits => fits(value))

const DIGITS = isText(/^\d+$/)
const NUMBER = isText(/^\+?\d+$/)
// the table says Integer, its example is a String
const extension: Parameter = {
  fits: either(isInteger, DIGITS),
  must: 'must be an extension: an Integer or a String of digits',
}
const number: Parameter = {
  fits: either(isInteger, NUMBER),
  must: 'must be a number: an Integer, or a String of digits that may begin with +',
}
const dialled: Parameter = {
  ...number,
  withFeatureCodes: {
    fits: either(isInteger, isText(/^\+?[\d*#]+$/)),
    must: 'must be a number: an Integer, or a String of digits, * and # that may begin with +',
  },
}
const callerId: Parameter = { fits: NUMBER, must: 'must be a number: a String of digits that may begin with +' }
const randomId: Parameter = {
  fits: isText(/^[0-9A-Za-z]{1,64}$/),
  must: 'must be a String of 1 to 64 alphanumeric characters',
}
const uniqueId: Parameter = { fits: isText(/^\d+\.\d+$/), must: "must be a String of the form 'number.number'" }

function callAction<Required extends string, Optional extends string = never>(action: {
  required: Record<Required, Parameter>
  optional?: Record<Optional, Parameter>
  ask: (
    telephony: Telephony,
    values: Readonly<Record<Required, string> & Partial<Record<Optional, string>>>,
    since: number,
  ) => Refused | undefined
}): CallAction {
  const required: [string, Parameter][] = Object.entries(action.required)
  const optional: [string, Parameter][] = Object.entries(action.optional ?? {})
  const wrong = (parameters: [string, Parameter][], frame: Frame, featureCodes: boolean) =>
    parameters.flatMap(([name, parameter]) => {
      const { fits, must } = (featureCodes && parameter.withFeatureCodes) || parameter
      return fits(frame[name]) ? [] : [[name, frame[name] === undefined ? 'is missing' : must]]
    })
  const given = (parameters: [string, Parameter][], frame: Frame) =>
    parameters.filter(([name]) => frame[name] !== undefined)

  return {
    errors: (frame, featureCodes) => {
      const errors = [...wrong(required, frame, featureCodes), ...wrong(given(optional, frame), frame, featureCodes)]
      return errors.length === 0 ? undefined : Object.fromEntries(errors)
    },
    ask: (telephony, frame, since) => {
      const values = given([...required, ...optional], frame).map(([name]) => [name, String(frame[name])])
      return action.ask(telephony, Object.fromEntries(values), since)
    },
  }
}

/** By name. */
export const callActions: ReadonlyMap<string, CallAction> = new Map([
  [
    'call.create',
    callAction({
      required: { from: extension, to: dialled, call_random_id: randomId },
      optional: { caller_id: callerId },
      ask: (telephony, { from, to, call_random_id, caller_id }) =>
        telephony.create({
          from,
          to,
          callRandomId: call_random_id,
          ...(caller_id !== undefined && { callerId: caller_id }),
        }),
    }),
  ],
  [
    'call.hangup',
    callAction({
      required: { unique_id: uniqueId },
      ask: (telephony, { unique_id }, since) => telephony.hangup({ uniqueId: unique_id }, since),
    }),
  ],
  [
    'call.redirect',
    callAction({
      required: { unique_id: uniqueId, destination: dialled },
      ask: (telephony, { unique_id, destination }, since) =>
        telephony.redirect({ uniqueId: unique_id, destination }, since),
    }),
  ],
])
