import { callCentre, faultSchedule, type PlannedFault, type Simulator } from '../../simulator/index.js'
import type { Command, Context } from '../command.js'
import { EXIT, UsageError } from '../exit-codes.js'
import { clock, seconds } from '../format.js'
import { HOSTING, HOSTING_HELP, HOSTING_LOGIN, host, speedOf } from '../host-simulator.js'

const TRAFFIC = {
  none: { agents: 8, queues: 2 },
  small: { agents: 8, queues: 2, callsPerHour: 240 },
  busy: { agents: 40, queues: 5, callsPerHour: 2_400 },
}
const PRESETS = Object.keys(TRAFFIC) as (keyof typeof TRAFFIC)[]
const DIALECTS = ['asterisk', 'document'] as const
const DAY = 86_400_000

export const simulate: Command = {
  name: 'simulate',
  usage: '',
  words: 0,
  summary: 'is a PBX on this machine, with telephones and people who call, until Ctrl+C',
  help: `${HOSTING_HELP}
  --traffic WORD    ${PRESETS.join(', ')}: how much people call by themselves. Default: small
  --seed TEXT       the same seed gives the same people and the same faults. Default: 1
  --speed N         how many times as fast as the clock its days pass. Default: 1
  --faults          restarts, torn and frozen connections, failing logins, frames that are late, doubled, out of order or rubbish
  --every SECONDS   from one fault to the next, on average. Default: 60
  --dialect WORD    ${DIALECTS.join(', ')}: as the live service, or the vendor's document to the letter. Default: asterisk

${HOSTING_LOGIN}
It listens at 127.0.0.1 only.

  viptel-pbx simulate
  viptel-pbx simulate --port 0 --traffic busy --speed 10 --seed monday --faults
  viptel-pbx simulate > .env`,
  options: {
    ...HOSTING,
    traffic: { type: 'string' },
    seed: { type: 'string' },
    faults: { type: 'boolean' },
    every: { type: 'string' },
    dialect: { type: 'string' },
  },
  run: async context => {
    const seed = context.text('seed') ?? '1'
    const preset = oneOf(context, 'traffic', PRESETS, 'small')
    const speed = speedOf(context, { most: 1_000_000 })
    const every = context.count('every', 1, 86_400) ?? 60
    const faults = context.flag('faults') ? faultSchedule({ seed, every: every * 1_000, length: DAY }) : []
    if (!context.flag('faults') && context.text('every') !== undefined)
      throw new UsageError('--every says how often --faults come: give both.')
    const traffic = callCentre({ ...TRAFFIC[preset], seed, dialect: oneOf(context, 'dialect', DIALECTS, 'asterisk') })
    return host(
      context,
      { seed, speed, ...(preset === 'none' ? { exchange: traffic.plan } : { traffic }) },
      async simulator => {
        describe(context, traffic.plan)
        await afflict(context, simulator, faults)
        await stop(context.stopped)
        return EXIT.done
      },
    )
  },
}

function oneOf<T extends string>({ text }: Context, option: string, words: readonly T[], usual: T): T {
  const given = text(option) ?? usual
  const found = words.find(word => word === given)
  if (found === undefined) throw new UsageError(`--${option} must be ${words.join(', ')}, not '${given}'.`)
  return found
}

function describe(
  { terminal }: Context,
  { extensions = [], lines = [], queues = [], outside = [] }: ReturnType<typeof callCentre>['plan'],
): void {
  const range = (numbers: readonly string[]) =>
    numbers.length > 3 ? `${numbers[0]} to ${numbers.at(-1)}` : numbers.join(', ')
  const parts = {
    extensions: range(extensions.map(({ number }) => number)),
    queues: range(queues.map(({ queue }) => queue)),
    lines: range(lines.map(({ number }) => number)),
    'numbers outside': range(outside.map(({ number }) => number)),
  }
  terminal.note({
    colour: 'dim',
    text: Object.entries(parts)
      .map(([what, numbers]) => `${what} ${numbers}`)
      .join('; '),
  })
}

/** One fault after the other, each announced with the time until it comes. */
async function afflict(
  { terminal, stopped }: Context,
  simulator: Simulator,
  faults: ReturnType<typeof faultSchedule>,
): Promise<void> {
  let at = 0
  for (const fault of faults) {
    const wait = fault.at - at
    terminal.note({ colour: 'dim', text: `${clock(Date.now())}  in ${seconds(wait)}: ${faultWords(fault)}` })
    try {
      await simulator.runFaults([{ ...fault, at: wait }], { signal: stopped })
    } catch (error) {
      if (stopped.aborted) return
      throw error
    }
    at = fault.at + ('for' in fault ? fault.for : 0)
  }
}

function faultWords(fault: PlannedFault): string {
  const lasts = 'for' in fault ? ` for ${seconds(fault.for)}` : ''
  if (fault.kind === 'refuse-logins') return `${fault.kind} (${fault.mode})${lasts}`
  return `${fault.kind}${lasts}`
}

export function stop(stopped: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (stopped.aborted) resolve()
    else stopped.addEventListener('abort', () => resolve(), { once: true })
  })
}
