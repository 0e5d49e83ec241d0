import { open } from 'node:fs/promises'
import { createProbe } from '../check/probe.js'
import { formatReport, formatStep, keepFrames } from '../check/report.js'
import { createSession } from '../check/session.js'
import { Interrupted, runWithLimit, STEPS, StepFailure, type StepName, type StepResult } from '../check/step.js'
import { CONNECTION_HELP, CONNECTION_OPTIONS, type Command, type Context } from '../command.js'
import { removeControlsOfLines } from '../control-characters.js'
import { EXIT, type ExitCode, UsageError } from '../exit-codes.js'
import { readSettings } from '../settings.js'
import { codeOf } from '../system-error.js'

type RunStep = (signal: AbortSignal) => Promise<string>

export const check: Command = {
  name: 'check',
  usage: '',
  argumentCount: 0,
  summary: 'shows how far the way to the PBX goes, and what usually stops it there',
  help: `  --report FILE     write a report without secrets, to send to the vendor;
                    - prints it
  --wait SECONDS    how long to listen for complaints after the login.
                    Default: 2
  --timeout SECONDS how long each step may take. Default: 10
${CONNECTION_HELP}

The steps are resolve (DNS), connect (TCP), tls, greeting (the WebSocket and its
code 100), login (code 202) and pbx. After a good login the server may still say
that it does not reach the PBX behind it (503, 504). The server reports failures
only: silence is a good sign and no proof.

The command ends with 0 when all is well, 1 when the login was refused, 3 when
there is no connection or the PBX is not reachable, 4 when it was interrupted.

  viptel-pbx check
  VIPTEL_URL=wss://pbxwssv1.viptel.sk:8088/ viptel-pbx check --report report.txt`,
  options: {
    ...CONNECTION_OPTIONS,
    report: { type: 'string' },
    wait: { type: 'string' },
    timeout: { type: 'string' },
  },
  run: async context => {
    const wait = (context.count('wait', 0, 3_600) ?? 2) * 1_000
    const limit = (context.count('timeout', 1, 3_600) ?? 10) * 1_000
    const startedAt = Date.now()
    const settings = readSettings(context.env)
    const frames = keepFrames(settings.credentials, Date.now)
    // later than any step's limit: the step names the causes of its timeout
    const pbx = context.connect({ reconnect: false, loginTimeout: 2 * limit + 1_000, logger: frames.logger })
    const saveReport = await prepareReport(context)
    const url = new URL(settings.url)
    const probe = createProbe(url)
    const session = createSession(pbx, url)
    const results: StepResult[] = []
    const addResult = (result: StepResult) => {
      results.push(result)
      showStep(context, result)
    }
    const steps: Record<StepName, RunStep> = {
      resolve: probe.resolve,
      connect: probe.connect,
      tls: probe.tls,
      greeting: signal => {
        probe.close()
        return session.greeting(signal)
      },
      login: session.login,
      pbx: signal => session.pbx(signal, wait),
    }
    let failed: StepFailure | Interrupted | undefined
    for (const step of STEPS) {
      if (failed !== undefined) addResult({ step, outcome: 'skipped', detail: '' })
      else if (step === 'tls' && url.protocol === 'ws:')
        addResult({ step, outcome: 'skipped', detail: 'ws:// has none' })
      else {
        const stepLimit = step === 'pbx' ? wait + limit : limit
        failed = await takeStep(step, steps[step], { limit: stepLimit, context, addResult })
      }
    }
    probe.close()
    const { exit, verdict } = judge(failed, results)
    showVerdict(context, exit, verdict)
    await saveReport(formatReport({ startedAt, url, results, frames, verdict }))
    // a reader who has closed the pipe has seen enough
    return context.terminal.closed.aborted ? EXIT.done : exit
  },
}

/** Takes one step; gives the failure that ends the check. */
async function takeStep(
  step: StepName,
  run: RunStep,
  { limit, context, addResult }: { limit: number; context: Context; addResult: (result: StepResult) => void },
): Promise<StepFailure | Interrupted | undefined> {
  const { stopped } = context
  const startedAt = performance.now()
  const duration = () => Math.round(performance.now() - startedAt)
  try {
    const detail = stopped.aborted ? '' : await runWithLimit(limit, context, run)
    if (stopped.aborted) throw new Interrupted()
    addResult({ step, outcome: 'ok', ms: duration(), detail })
    return undefined
  } catch (error) {
    if (stopped.aborted) {
      addResult({ step, outcome: 'skipped', detail: 'interrupted' })
      return new Interrupted()
    }
    if (!(error instanceof StepFailure)) throw error
    addResult({ step, outcome: 'failed', ms: duration(), detail: error.message, causes: error.causes })
    return error
  }
}

function judge(
  failed: StepFailure | Interrupted | undefined,
  results: readonly StepResult[],
): { exit: ExitCode; verdict: string } {
  if (failed === undefined) return { exit: EXIT.done, verdict: 'logged in; nothing speaks against the PBX' }
  if (failed instanceof Interrupted) return { exit: EXIT.uncertain, verdict: 'interrupted' }
  const step = results.find(({ outcome }) => outcome === 'failed')?.step
  if (failed.exit === EXIT.refused) return { exit: failed.exit, verdict: 'the login was refused' }
  return {
    exit: failed.exit,
    verdict: step === 'pbx' ? 'logged in, but the PBX is not reachable' : `no connection: it failed at ${step}`,
  }
}

const COLOURS = { ok: 'green', failed: 'red', skipped: 'dim' } as const

function showStep({ terminal, flag }: Context, result: StepResult): void {
  if (flag('json')) return terminal.json(result)
  terminal.line({ colour: COLOURS[result.outcome], text: formatStep(result) })
  for (const cause of result.causes ?? []) terminal.line(`           perhaps: ${cause}`)
}

function showVerdict({ terminal, flag, text }: Context, exit: ExitCode, verdict: string): void {
  if (flag('json')) return terminal.json({ result: verdict, exit })
  terminal.line({ colour: 'bold', text: verdict })
  if (exit !== EXIT.done && exit !== EXIT.uncertain && text('report') === undefined)
    terminal.note("'--report FILE' writes down what VIPTel needs to help.")
}

/**
 * Opens the file of the report, so that a place where none can be written shows before anything is tried. Gives a
 * function that saves the report.
 */
async function prepareReport({ text, flag, terminal }: Context): Promise<(report: string) => Promise<void>> {
  const path = text('report')
  if (path === undefined) return async () => {}
  if (path === '-') return async report => (flag('json') ? terminal.json({ report }) : terminal.help(report))
  try {
    const file = await open(path, 'w')
    return async report => {
      await file.writeFile(removeControlsOfLines(report))
      await file.close()
      terminal.note(`The report is in ${path}.`)
    }
  } catch (error) {
    throw new UsageError(`The report cannot be written to '${path}' (${codeOf(error)}).`, { cause: error })
  }
}
