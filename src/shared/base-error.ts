/**
 * The base of every error this SDK makes. No message carries a password, digest or login hash. `cause` is what others
 * threw, as it was: should your own credentials function put a secret into its errors, it is there too.
 */
export abstract class PbxError<Details extends object = object> extends Error {
  abstract override readonly name: string

  /** @param details what the error carries besides; all but `cause` become its fields */
  constructor(message: string, details?: Details & { cause?: unknown }) {
    // `Error` makes `cause` a field that is not enumerated; assigning it once more leaves it so
    super(message, details)
    Object.assign(this, details)
  }
}
