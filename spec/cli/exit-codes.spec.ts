import { EXIT, exitCodeOf, UsageError } from '../../src/cli/exit-codes.js'
import {
  ActionRejectedError,
  CallEndedError,
  ClientClosedError,
  ConnectionFailedError,
  DeliveryUncertainError,
  InsecureUrlError,
  InvalidOptionsError,
  InvalidRequestError,
  LoginRejectedError,
  NotSentError,
} from '../../src/index.js'
import { InvalidRecordingError } from '../../src/simulator/index.js'

const action = 'call.create' as const

describe('the exit code', () => {
  it.each<[Error, number]>([
    [new UsageError('x'), EXIT.usage],
    [new InvalidOptionsError('x'), EXIT.usage],
    [new InvalidRequestError('x', { field: 'from' }), EXIT.usage],
    [new InvalidRecordingError('x'), EXIT.usage],
    [new InsecureUrlError('x'), EXIT.usage],
    [new LoginRejectedError('x', { code: 401 }), EXIT.refused],
    [new ActionRejectedError('x', { action, code: 404, errors: undefined, attribution: 'certain' }), EXIT.refused],
    [new CallEndedError('x', { callRandomId: '1' }), EXIT.refused],
    [new DeliveryUncertainError('x', { action }), EXIT.uncertain],
    [new NotSentError('x', { action }), EXIT.noConnection],
    [new NotSentError('x', { action, cause: new LoginRejectedError('x') }), EXIT.refused],
    [new ConnectionFailedError('x'), EXIT.noConnection],
    [new ClientClosedError(), EXIT.noConnection],
  ])('of %s is %i', (error, code) => {
    expect(exitCodeOf(error)).toBe(code)
  })

  it('of what nobody expected is none', () => {
    expect(exitCodeOf(new TypeError('x'))).toBeUndefined()
    expect(exitCodeOf('x')).toBeUndefined()
  })
})
