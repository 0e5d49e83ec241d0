import type { Context } from '../command.js'
import { EXIT, type ExitCode } from '../exit-codes.js'

/** The steps of `check`, in their order. */
export const STEPS = ['resolve', 'connect', 'tls', 'greeting', 'login', 'pbx'] as const
export type StepName = (typeof STEPS)[number]

/** The outcome of a step. */
export interface StepResult {
  readonly step: StepName
  readonly outcome: 'ok' | 'failed' | 'skipped'
  /** Duration in ms; absent for a step that was skipped. */
  readonly ms?: number
  readonly detail: string
  /** The usual causes of such a failure at this step, the likeliest first. */
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

/** The user has stopped the check. */
export class Interrupted extends Error {
  override name = 'Interrupted'
}

/** A step has reached its time limit. */
export class StepTimeout extends Error {
  override name = 'TimeoutError'

  constructor(limit: number) {
    super(`No answer within ${limit} ms`)
  }
}

/**
 * Runs a step with a signal that aborts after `limit` ms, with a {@link StepTimeout}, or with `stopped`.
 *
 * The step itself holds its timer and its controller. Node 20 holds the parts of `AbortSignal.any()` and
 * `AbortSignal.timeout()` weakly: a garbage collection ends the limit.
 */
export async function runWithLimit<T>(
  limit: number,
  { stopped, after }: Pick<Context, 'stopped' | 'after'>,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const stop = () => controller.abort(stopped.reason)
  // an answer that waits to be read, as after a stall of this machine, is read before the limit counts
  const cancel = after(limit, () => setImmediate(() => controller.abort(new StepTimeout(limit))))
  stopped.addEventListener('abort', stop, { once: true })
  try {
    return await run(controller.signal)
  } finally {
    cancel()
    stopped.removeEventListener('abort', stop)
  }
}
