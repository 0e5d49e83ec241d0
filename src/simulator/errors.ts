import { PbxError } from '../client/errors.js'

/** The simulator cannot listen where it was told to; the message says what to do. The system's error is the `cause`. */
export class ListenError extends PbxError {
  override readonly name = 'ListenError'
}

/** The simulator was closed before what was waited for had happened. */
export class SimulatorClosedError extends PbxError {
  override readonly name = 'SimulatorClosedError'
}

/** A text is not a recording; the message names the line. */
export class InvalidRecordingError extends PbxError {
  override readonly name = 'InvalidRecordingError'
}
