import { EXIT, type ExitCode } from '../exit-codes.js'

/** What `check` looks at, in its order. */
export const STEPS = ['resolve', 'connect', 'tls', 'greeting', 'login', 'pbx'] as const
export type StepName = (typeof STEPS)[number]

/** How a step went. */
export interface StepResult {
  readonly step: StepName
  readonly outcome: 'ok' | 'failed' | 'skipped'
  /** How long it took; absent for a step that was skipped. */
  readonly ms?: number
  readonly detail: string
  /** What usually causes such a failure at this step, the likeliest first. */
  readonly causes?: readonly string[]
}

/** A step has failed. */
export class StepFailure extends Error {
  override name = 'StepFailure'
  readonly causes: readonly string[]
  readonly exit: ExitCode

  constructor(
    message: string,
    { causes, exit = EXIT.noConnection, cause }: { causes: readonly string[]; exit?: ExitCode; cause?: unknown },
  ) {
    super(message, { cause })
    this.causes = causes
    this.exit = exit
  }
}

/** The user has had enough. */
export class Interrupted extends Error {
  override name = 'Interrupted'
}
