import { PbxError } from './base-error.js'

/** An option has a value the SDK cannot work with. The message names the option and what would be right. */
export class InvalidOptionsError extends PbxError {
  override readonly name = 'InvalidOptionsError'
}
