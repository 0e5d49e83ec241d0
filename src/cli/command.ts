import type { ParseArgsConfig } from 'node:util'
import { createPbxClient, type PbxClient, type PbxOptions } from '../index.js'
import { inOurWords } from './error-messages.js'
import { type ExitCode, UsageError } from './exit-codes.js'
import { clientOptions, readSettings } from './settings.js'
import type { Terminal } from './terminal.js'

/** One of the commands: what it is called with, and what it does. */
export interface Command {
  readonly name: string
  /** What stands behind the name: `FROM TO`. */
  readonly usage: string
  /** One line for the list of all. */
  readonly summary: string
  /** What `--help` says below the usage. */
  readonly help: string
  readonly options: NonNullable<ParseArgsConfig['options']>
  /** How many words it takes beside the options. */
  readonly words: number
  /** Ends by itself, or soon after `context.stopped`. */
  run(context: Context): Promise<ExitCode>
}

/** What a command runs with. */
export interface Context {
  readonly words: readonly string[]
  /** The value of an option; undefined where it was not given. */
  text(option: string): string | undefined
  /** The values of an option that may be given again. */
  texts(option: string): readonly string[]
  flag(option: string): boolean
  /** A whole number; throws `UsageError` for anything else. */
  count(option: string, least: number, most?: number): number | undefined
  /** With what a `.env` file adds. Throws `UsageError` when that cannot be read. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly terminal: Terminal
  /** Ctrl+C, SIGTERM, or nobody reads any more: finish and log out. */
  readonly stopped: AbortSignal
  /** A client by the settings of the environment. It is closed when the command has ended. */
  connect(options?: Partial<PbxOptions>): PbxClient
}

/** Options that every command which connects has. */
export const CONNECTING = {
  json: { type: 'boolean' },
  insecure: { type: 'boolean' },
} as const satisfies Command['options']

export const SETTINGS_HELP =
  'The PBX and the login come from VIPTEL_URL, VIPTEL_USERNAME and VIPTEL_PASSWORD, or from a .env file in this folder.'

export const CONNECTING_HELP = `  --json            one JSON object a line on stdout
  --insecure        allow ws:// to another machine than this one

${SETTINGS_HELP}`

export interface ContextParts extends Pick<Context, 'words' | 'terminal' | 'stopped'> {
  readonly values: Readonly<Record<string, unknown>>
  /** Asked when first needed. */
  readonly environment: () => Context['env']
}

/** @returns the context, and what closes all that was connected in it */
export function createContext({ values, environment, ...parts }: ContextParts): {
  context: Context
  close: () => Promise<void>
} {
  const clients: PbxClient[] = []
  const text = (option: string) => values[option] as string | undefined
  const flag = (option: string) => values[option] === true
  let env: Context['env'] | undefined
  const context: Context = {
    ...parts,
    get env() {
      env ??= environment()
      return env
    },
    text,
    texts: option => (values[option] ?? []) as string[],
    flag,
    count: (option, least, most = Number.MAX_SAFE_INTEGER) => {
      const given = text(option)
      if (given === undefined) return undefined
      if (!/^\d+$/.test(given) || Number(given) < least || Number(given) > most) {
        throw new UsageError(
          `--${option} must be a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}, not '${given}'.`,
        )
      }
      return Number(given)
    },
    connect: options => {
      const settings = readSettings(context.env)
      try {
        const pbx = createPbxClient({ ...clientOptions(settings), allowInsecure: flag('insecure'), ...options })
        clients.push(pbx)
        return pbx
      } catch (error) {
        throw inOurWords(error)
      }
    },
  }
  return { context, close: async () => void (await Promise.all(clients.map(pbx => pbx.close()))) }
}
