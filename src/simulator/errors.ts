import { PbxError } from '../shared/base-error.js'

/** The simulator cannot listen at its address. The message says what to do; `cause` is the system's error. */
export class ListenError extends PbxError {
  override readonly name = 'ListenError'
}

/** The simulator was closed before the awaited thing had happened. */
export class SimulatorClosedError extends PbxError {
  override readonly name = 'SimulatorClosedError'
}

/** A text is not a recording. The message names the line. */
export class InvalidRecordingError extends PbxError {
  override readonly name = 'InvalidRecordingError'
}
