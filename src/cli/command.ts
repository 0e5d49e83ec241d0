import type { ParseArgsConfig } from 'node:util'
import { createPbxClient, type PbxClient, type PbxOptions } from '../index.js'
import { toUsageError } from './error-messages.js'
import { type ExitCode, UsageError } from './exit-codes.js'
import { readSettings } from './settings.js'
import type { Terminal } from './terminal.js'

/** One of the commands: how it is called, and what it does. */
export interface Command {
  readonly name: string
  /** The arguments behind the name: `FROM TO`. */
  readonly usage: string
  /** One line for the list of all commands. */
  readonly summary: string
  /** The text of `--help` below usage and summary. Lines of at most 80 columns. */
  readonly help: string
  readonly options: NonNullable<ParseArgsConfig['options']>
  /** The number of arguments beside the options. */
  readonly argumentCount: number
  /** Runs the command to its end, which comes soon after `context.stopped`. */
  run(context: Context): Promise<ExitCode>
}

/** The surroundings of a command that runs. */
export interface Context {
  /** The arguments beside the options. */
  readonly arguments: readonly string[]
  /** The value of an option; undefined for one that was not given. */
  text(option: string): string | undefined
  /** The values of an option that may be given more than once. */
  texts(option: string): readonly string[]
  flag(option: string): boolean
  /** A whole number; throws `UsageError` for any other value. */
  count(option: string, least: number, most?: number): number | undefined
  /** The environment, completed from a `.env` file. Throws `UsageError` when that cannot be read. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly terminal: Terminal
  /** Aborts at Ctrl+C, at SIGTERM, and when nobody reads stdout any more: the command finishes and logs out. */
  readonly stopped: AbortSignal
  /** Calls `run` in `ms`, unless the returned function is called before. */
  readonly after: (ms: number, run: () => void) => () => void
  /** A client by the settings of the environment, closed when the command has ended. */
  connect(options?: Partial<PbxOptions>): PbxClient
}

/** Options of every command that connects. */
export const CONNECTION_OPTIONS = {
  json: { type: 'boolean' },
  insecure: { type: 'boolean' },
} as const satisfies Command['options']

export const SETTINGS_HELP = `The PBX and the login come from VIPTEL_URL, VIPTEL_USERNAME and
VIPTEL_PASSWORD, or from a .env file in this folder.`

export const CONNECTION_HELP = `  --json            one JSON object a line on stdout
  --insecure        allow ws:// to another machine than this one

${SETTINGS_HELP}`

export interface ContextParts extends Pick<Context, 'arguments' | 'terminal' | 'stopped' | 'after'> {
  readonly values: Readonly<Record<string, unknown>>
  /** Reads the environment; called once, when a command first needs it. */
  readonly environment: () => Context['env']
}

/** Makes the context of a command. `close` closes every client that was connected in it. */
export function createContext({ values, environment, ...parts }: ContextParts): {
  context: Context
  close: () => Promise<void>
} {
  const clients: PbxClient[] = []
  const text = (option: string) => {
    const value = values[option]
    return typeof value === 'string' ? value : undefined
  }
  const flag = (option: string) => values[option] === true
  let env: Context['env'] | undefined
  const context: Context = {
    ...parts,
    get env() {
      env ??= environment()
      return env
    },
    text,
    texts: option => {
      const value = values[option]
      return Array.isArray(value) ? value.map(String) : []
    },
    flag,
    count: (option, least, most) => readCount(option, text(option), least, most),
    connect: options => {
      const { url, credentials } = readSettings(context.env)
      try {
        const pbx = createPbxClient({ url, credentials, allowInsecure: flag('insecure'), ...options })
        clients.push(pbx)
        return pbx
      } catch (error) {
        throw toUsageError(error)
      }
    },
  }
  return { context, close: async () => void (await Promise.all(clients.map(pbx => pbx.close()))) }
}

function readCount(
  option: string,
  value: string | undefined,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (value === undefined) return undefined
  if (/^\d+$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value)
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`
  throw new UsageError(`--${option} must be a whole number ${range}, not '${value}'.`)
}
