import { open } from 'node:fs/promises'
import { createProbe } from '../check/probe.js'
import { keepFrames, reportText, stepLine } from '../check/report.js'
import { createSession } from '../check/session.js'
import { Interrupted, STEPS, StepFailure, type StepName, type StepResult } from '../check/step.js'
import { CONNECTING, CONNECTING_HELP, type Command, type Context } from '../command.js'
import { EXIT, type ExitCode, UsageError } from '../exit-codes.js'
import { readSettings } from '../settings.js'
import { cleanLines } from '../terminal.js'

export const check: Command = {
  name: 'check',
  usage: '',
  words: 0,
  summary: 'tells how far the way to the PBX goes, and what usually stops it there',
  help: `  --report FILE     write a report without secrets, to send to the vendor; - prints it
  --wait SECONDS    how long to listen for complaints after the login. Default: 2
  --timeout SECONDS how long each step may take. Default: 10
${CONNECTING_HELP}

The steps: resolve (DNS), connect (TCP), tls, greeting (the WebSocket and its code 100), login (code 202), pbx. After a good login the server may still say that
it does not reach the PBX behind it (503, 504); of one that it reaches it says nothing, so silence is a good sign and no proof.

It ends with 0 when all is well, 1 when the login was refused, 3 when there is no connection or the PBX is not reachable, 4 when it was interrupted.

  viptel-pbx check
  VIPTEL_URL=wss://pbxwssv1.viptel.sk:8088/ viptel-pbx check --report report.txt`,
  options: { ...CONNECTING, report: { type: 'string' }, wait: { type: 'string' }, timeout: { type: 'string' } },
  run: async context => {
    const wait = (context.count('wait', 0, 3_600) ?? 2) * 1_000
    const limit = (context.count('timeout', 1, 3_600) ?? 10) * 1_000
    const startedAt = Date.now()
    const settings = readSettings(context.env)
    const frames = keepFrames(settings.credentials, Date.now)
    // each step has its limit, so the client needs none of its own
    const pbx = context.connect({ reconnect: false, loginTimeout: 2 * limit + 1_000, logger: frames.logger })
    const save = await reporting(context)
    const url = new URL(settings.url)
    const probe = createProbe(url)
    const session = createSession(pbx, url)
    const results: StepResult[] = []
    const show = (result: StepResult) => {
      results.push(result)
      showStep(context, result)
    }
    const run: Record<StepName, (signal: AbortSignal) => Promise<string>> = {
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
      if (failed !== undefined) show({ step, outcome: 'skipped', detail: '' })
      else if (step === 'tls' && url.protocol === 'ws:') show({ step, outcome: 'skipped', detail: 'ws:// has none' })
      else
        failed = await take(step, run[step], {
          limit: step === 'pbx' ? wait + limit : limit,
          stopped: context.stopped,
          show,
        })
    }
    probe.close()
    const { exit, verdict } = judge(failed, results)
    conclude(context, exit, verdict)
    await save(reportText({ startedAt, url, results, frames, verdict }))
    // who has closed the pipe has seen enough
    return context.terminal.closed.aborted ? EXIT.done : exit
  },
}

/** Takes one step; gives the failure that ends the check. */
async function take(
  step: StepName,
  run: (signal: AbortSignal) => Promise<string>,
  { limit, stopped, show }: { limit: number; stopped: AbortSignal; show: (result: StepResult) => void },
): Promise<StepFailure | Interrupted | undefined> {
  const from = performance.now()
  const took = () => Math.round(performance.now() - from)
  try {
    const detail = stopped.aborted ? '' : await run(AbortSignal.any([stopped, AbortSignal.timeout(limit)]))
    if (stopped.aborted) throw new Interrupted()
    show({ step, outcome: 'ok', ms: took(), detail })
    return undefined
  } catch (error) {
    if (stopped.aborted) {
      show({ step, outcome: 'skipped', detail: 'interrupted' })
      return new Interrupted()
    }
    if (!(error instanceof StepFailure)) throw error
    show({ step, outcome: 'failed', ms: took(), detail: error.message, causes: error.causes })
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
  terminal.line({ colour: COLOURS[result.outcome], text: stepLine(result) })
  for (const cause of result.causes ?? []) terminal.line(`           perhaps: ${cause}`)
}

function conclude({ terminal, flag, text }: Context, exit: ExitCode, verdict: string): void {
  if (flag('json')) return terminal.json({ result: verdict, exit })
  terminal.line({ colour: 'bold', text: verdict })
  if (exit !== EXIT.done && exit !== EXIT.uncertain && text('report') === undefined)
    terminal.note("'--report FILE' writes down what VIPTel needs to help.")
}

/** What saves the report. A place where none can be written is known before anything is tried. */
async function reporting({ text, flag, terminal }: Context): Promise<(report: string) => Promise<void>> {
  const path = text('report')
  if (path === undefined) return async () => {}
  if (path === '-') return async report => (flag('json') ? terminal.json({ report }) : terminal.help(report))
  try {
    const file = await open(path, 'w')
    return async report => {
      await file.writeFile(cleanLines(report))
      await file.close()
      terminal.note(`The report is in ${path}.`)
    }
  } catch (error) {
    throw new UsageError(`The report cannot be written to '${path}' (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    })
  }
}
