import { parseArgs } from 'node:util'
import { type Command, type ContextParts, createContext } from './command.js'
import { call } from './commands/call.js'
import { check } from './commands/check.js'
import { hangup } from './commands/hangup.js'
import { listen } from './commands/listen.js'
import { record } from './commands/record.js'
import { redirect } from './commands/redirect.js'
import { replay } from './commands/replay.js'
import { simulate } from './commands/simulate.js'
import { EXIT, type ExitCode, exitCodeOf, UsageError } from './exit-codes.js'
import { environment } from './settings.js'
import { createTerminal, type Terminal, type TerminalParts } from './terminal.js'
import { version } from './version.js'

const COMMANDS: readonly Command[] = [check, listen, call, hangup, redirect, simulate, record, replay]

/** The parts of Node's `process` that the command line needs. */
export interface Process extends TerminalParts {
  readonly argv: readonly string[]
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

/** Runs the command that the arguments name; gives the exit code. Throws what nobody expected. */
export async function main(process: Process): Promise<ExitCode> {
  const terminal = createTerminal(process)
  const [name, ...args] = process.argv.slice(2)
  if (name === '--version' || name === '-v') return tell(terminal, version)
  if (name === '--help' || name === '-h') return tell(terminal, overview())
  if (name === 'help' && args.length === 0) return tell(terminal, overview())
  const wanted = name === 'help' ? args[0] : name
  const command = COMMANDS.find(one => one.name === wanted)
  if (command === undefined) return complain(terminal, new UsageError(noCommand(wanted)))
  if (name === 'help') return tell(terminal, helpOf(command))

  const stopping = new AbortController()
  const stop = () => stopping.abort()
  // who presses Ctrl+C again does not want to wait: the system's own answer to it is back, before anything is said that he might answer
  const interrupt = () => {
    release()
    stop()
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  const release = () => {
    for (const signal of signals) process.off(signal, interrupt)
  }
  for (const signal of signals) process.on(signal, interrupt)
  terminal.closed.addEventListener('abort', stop)
  try {
    return await run(command, args, { terminal, environment: () => environment(process.env), stopped: stopping.signal })
  } catch (error) {
    return complain(terminal, error, command)
  } finally {
    release()
  }
}

async function run(
  command: Command,
  args: string[],
  parts: Pick<ContextParts, 'terminal' | 'environment' | 'stopped'>,
): Promise<ExitCode> {
  const { values, positionals } = parse(command, args)
  if (values['help'] === true) return tell(parts.terminal, helpOf(command))
  if (positionals.length !== command.words) {
    // a word too many may be a password
    throw new UsageError(
      command.usage === ''
        ? 'It takes options only.'
        : `It takes ${command.usage}${positionals.length < command.words ? '' : ', and nothing more'}.`,
    )
  }
  const { context, close } = createContext({ ...parts, values, words: positionals })
  try {
    return await command.run(context)
  } finally {
    await close()
  }
}

function parse({ options }: Command, args: string[]) {
  try {
    return parseArgs({ args, options: { ...options, help: { type: 'boolean', short: 'h' } }, allowPositionals: true })
  } catch (error) {
    // its first sentence says what is wrong, the others how to write what looks like an option; none holds a value
    const [first = ''] = (error as Error).message.split(/\.\s/)
    const complaint = first.replace(/(?: <value>)?' argument (?:is ambiguous|missing)/, "' needs a value")
    throw new UsageError(`${complaint.replace(/\.$/, '')}. ${adviceOn(complaint)}`.trim(), { cause: error })
  }
}

/** What those had in mind who gave an option that there is not. */
function adviceOn(complaint: string): string {
  if (!complaint.startsWith('Unknown option')) return ''
  if (/'--?(p|pass\w*|pw|secret|token)'/i.test(complaint))
    return 'A password is never an argument, which others on this machine can read: set VIPTEL_PASSWORD, or write it to a .env file.'
  if (/'--?(u|url|host|user|username|login)'/i.test(complaint))
    return 'Set VIPTEL_URL and VIPTEL_USERNAME, or write them to a .env file.'
  return ''
}

function noCommand(name: string | undefined): string {
  const known = `the commands are ${COMMANDS.map(command => command.name).join(', ')}; 'viptel-pbx --help' tells more.`
  return name === undefined ? `Name a command: ${known}` : `There is no command '${name}'; ${known}`
}

function tell(terminal: Terminal, text: string): ExitCode {
  terminal.help(text)
  return EXIT.done
}

function complain(terminal: Terminal, error: unknown, command?: Command): ExitCode {
  const code = exitCodeOf(error)
  // a defect of ours needs its stack
  if (code === undefined) throw error
  const { message } = error as Error
  terminal.note(
    { colour: 'red', text: message },
    ...(code === EXIT.usage && command !== undefined ? [` See 'viptel-pbx ${command.name} --help'.`] : []),
  )
  return code
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name, usage }) => `${name} ${usage}`.length))
  return `viptel-pbx COMMAND

${COMMANDS.map(({ name, usage, summary }) => `  ${`${name} ${usage}`.padEnd(width)}  ${summary}`).join('\n')}

'viptel-pbx COMMAND --help' tells more, 'viptel-pbx --version' which one this is. The PBX and the login come from VIPTEL_URL, VIPTEL_USERNAME and
VIPTEL_PASSWORD, or from a .env file in this folder; a password is never an argument. It ends with 0: done, 1: the PBX refused, 2: wrong usage,
3: no connection, 4: nobody knows whether it was done.`
}

function helpOf({ name, usage, summary, help }: Command): string {
  return `viptel-pbx ${[name, usage, '[options]'].filter(Boolean).join(' ')}\n\n${summary}\n\n${help}`
}
