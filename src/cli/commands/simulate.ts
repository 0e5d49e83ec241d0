import { callCentre, faultSchedule, type PlannedFault, type Simulator } from '../../simulator/index.js'
import type { Command, Context } from '../command.js'
import { EXIT, UsageError } from '../exit-codes.js'
import { formatSeconds, formatTime } from '../format.js'
import {
  hostSimulator,
  readSpeed,
  SIMULATOR_HELP,
  SIMULATOR_LOGIN_HELP,
  SIMULATOR_OPTIONS,
  waitForStop,
} from '../host-simulator.js'

const TRAFFIC = {
  none: { agents: 8, queues: 2 },
  small: { agents: 8, queues: 2, callsPerHour: 240 },
  busy: { agents: 40, queues: 5, callsPerHour: 2_400 },
}
const PRESETS = ['none', 'small', 'busy'] as const satisfies (keyof typeof TRAFFIC)[]
const DIALECTS = ['asterisk', 'document'] as const
/** ms of a day, for which faults are planned. */
const DAY = 86_400_000

type Plan = ReturnType<typeof callCentre>['plan']

export const simulate: Command = {
  name: 'simulate',
  usage: '',
  argumentCount: 0,
  summary: 'is a PBX on this machine, with telephones and callers, until Ctrl+C',
  help: `${SIMULATOR_HELP}
  --traffic WORD    ${PRESETS.join(', ')}: how many calls come by themselves.
                    Default: small
  --seed TEXT       the same seed gives the same people and the same faults.
                    Default: 1
  --speed N         how many times as fast as the clock its days pass.
                    Default: 1
  --faults          restarts, torn and frozen connections, failing logins,
                    frames that are late, doubled, out of order or rubbish
  --every SECONDS   from one fault to the next, on average. Default: 60
  --dialect WORD    ${DIALECTS.join(', ')}: as the live service, or the vendor's
                    document to the letter. Default: asterisk

${SIMULATOR_LOGIN_HELP}
The simulator listens at 127.0.0.1 only.

  viptel-pbx simulate
  viptel-pbx simulate --port 0 --traffic busy --speed 10 --seed monday --faults
  viptel-pbx simulate > .env`,
  options: {
    ...SIMULATOR_OPTIONS,
    traffic: { type: 'string' },
    seed: { type: 'string' },
    faults: { type: 'boolean' },
    every: { type: 'string' },
    dialect: { type: 'string' },
  },
  run: async context => {
    const seed = context.text('seed') ?? '1'
    const preset = readWord(context, 'traffic', PRESETS, 'small')
    const speed = readSpeed(context, { most: 1_000_000 })
    const every = context.count('every', 1, 86_400) ?? 60
    const faults = context.flag('faults') ? faultSchedule({ seed, every: every * 1_000, length: DAY }) : []
    if (!context.flag('faults') && context.text('every') !== undefined)
      throw new UsageError('--every says how often --faults come: give both.')
    const dialect = readWord(context, 'dialect', DIALECTS, 'asterisk')
    const traffic = callCentre({ ...TRAFFIC[preset], seed, dialect })
    const calls = preset === 'none' ? { exchange: traffic.plan } : { traffic }
    return hostSimulator(context, { seed, speed, ...calls }, async simulator => {
      context.terminal.note({ colour: 'dim', text: describePlan(traffic.plan) })
      await runFaults(context, simulator, faults)
      await waitForStop(context.stopped)
      return EXIT.done
    })
  },
}

/** The value of an option that is one of a few words. */
function readWord<T extends string>({ text }: Context, option: string, words: readonly T[], standard: T): T {
  const given = text(option) ?? standard
  const found = words.find(word => word === given)
  if (found === undefined) throw new UsageError(`--${option} must be ${words.join(', ')}, not '${given}'.`)
  return found
}

function describePlan({ extensions = [], lines = [], queues = [], outside = [] }: Plan): string {
  const range = (numbers: readonly string[]) =>
    numbers.length > 3 ? `${numbers[0]} to ${numbers.at(-1)}` : numbers.join(', ')
  const parts = {
    extensions: range(extensions.map(({ number }) => number)),
    queues: range(queues.map(({ queue }) => queue)),
    lines: range(lines.map(({ number }) => number)),
    'numbers outside': range(outside.map(({ number }) => number)),
  }
  return Object.entries(parts)
    .map(([kind, numbers]) => `${kind} ${numbers}`)
    .join('; ')
}

/** Runs one fault after the other. Each is announced with the time until it comes. */
async function runFaults(
  { terminal, stopped }: Context,
  simulator: Simulator,
  faults: readonly PlannedFault[],
): Promise<void> {
  let at = 0
  for (const fault of faults) {
    const wait = fault.at - at
    const text = `${formatTime(Date.now())}  in ${formatSeconds(wait)}: ${describeFault(fault)}`
    terminal.note({ colour: 'dim', text })
    try {
      await simulator.runFaults([{ ...fault, at: wait }], { signal: stopped })
    } catch (error) {
      if (stopped.aborted) return
      throw error
    }
    at = fault.at + ('for' in fault ? fault.for : 0)
  }
}

function describeFault(fault: PlannedFault): string {
  const duration = 'for' in fault ? ` for ${formatSeconds(fault.for)}` : ''
  return fault.kind === 'refuse-logins' ? `${fault.kind} (${fault.mode})${duration}` : `${fault.kind}${duration}`
}
