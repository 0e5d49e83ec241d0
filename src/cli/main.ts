import { parseArgs } from 'node:util'
import { type Command, type Context, type ContextParts, createContext } from './command.js'
import { call } from './commands/call.js'
import { check } from './commands/check.js'
import { hangup } from './commands/hangup.js'
import { listen } from './commands/listen.js'
import { record } from './commands/record.js'
import { redirect } from './commands/redirect.js'
import { replay } from './commands/replay.js'
import { simulate } from './commands/simulate.js'
import { EXIT, type ExitCode, exitCodeOf, UsageError } from './exit-codes.js'
import { readEnvironment } from './settings.js'
import { messageOf } from './system-error.js'
import { createTerminal, type Terminal, type TerminalParts } from './terminal.js'
import { version } from './version.js'

const COMMANDS: readonly Command[] = [check, listen, call, hangup, redirect, simulate, record, replay]
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** The parts of Node's `process` that the command line needs. */
export interface Process extends TerminalParts {
  readonly argv: readonly string[]
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  /** Sets a timer, as `Context.after` does. @default a timer of Node */
  readonly after?: Context['after']
}

const afterTimeout: Context['after'] = (ms, run) => {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

/** Runs the command that the arguments name, and gives the exit code. Throws an error that no command expects. */
export async function main(process: Process): Promise<ExitCode> {
  const terminal = createTerminal(process)
  const [name, ...args] = process.argv.slice(2)
  if (name === '--version' || name === '-v') return printHelp(terminal, version)
  if (name === '--help' || name === '-h') return printHelp(terminal, describeAll())
  if (name === 'help' && args.length === 0) return printHelp(terminal, describeAll())
  const wanted = name === 'help' ? args[0] : name
  const command = COMMANDS.find(one => one.name === wanted)
  if (command === undefined) return printError(terminal, new UsageError(noSuchCommand(wanted)))
  if (name === 'help') return printHelp(terminal, describeCommand(command))

  const stopping = new AbortController()
  const stop = () => stopping.abort()
  // a second Ctrl+C gets the system's own answer, which is back before the command prints anything about the first
  const interrupt = () => {
    releaseSignals()
    stop()
  }
  const releaseSignals = () => {
    for (const signal of SIGNALS) process.off(signal, interrupt)
  }
  for (const signal of SIGNALS) process.on(signal, interrupt)
  terminal.closed.addEventListener('abort', stop)
  try {
    return await run(command, args, {
      terminal,
      environment: () => readEnvironment(process.env),
      stopped: stopping.signal,
      after: process.after ?? afterTimeout,
    })
  } catch (error) {
    return printError(terminal, error, command)
  } finally {
    releaseSignals()
  }
}

async function run(
  command: Command,
  args: string[],
  parts: Pick<ContextParts, 'terminal' | 'environment' | 'stopped' | 'after'>,
): Promise<ExitCode> {
  const { values, positionals } = parse(command, args)
  if (values['help'] === true) return printHelp(parts.terminal, describeCommand(command))
  if (positionals.length !== command.argumentCount) {
    // a surplus argument may be a password, and is not repeated
    throw new UsageError(
      command.usage === ''
        ? `${command.name} takes options only.`
        : `${command.name} takes ${command.usage}${positionals.length < command.argumentCount ? '' : ', and nothing more'}.`,
    )
  }
  const { context, close } = createContext({ ...parts, values, arguments: positionals })
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
    // Node's first sentence says what is wrong, the others how to write a text that looks like an option; none holds a
    // value
    const [first = ''] = messageOf(error).split(/\.\s/)
    const complaint = first.replace(/(?: <value>)?' argument (?:is ambiguous|missing)/, "' needs a value")
    throw new UsageError(`${complaint.replace(/\.$/, '')}. ${adviceOn(complaint)}`.trim(), { cause: error })
  }
}

/** Advice on an option that does not exist, by what its name suggests. */
function adviceOn(complaint: string): string {
  if (!complaint.startsWith('Unknown option')) return ''
  if (/'--?(p|pass\w*|pw|secret|token)'/i.test(complaint))
    return 'A password is never an argument, which others on this machine can read: set VIPTEL_PASSWORD, or write it to a .env file.'
  if (/'--?(u|url|host|user|username|login)'/i.test(complaint))
    return 'Set VIPTEL_URL and VIPTEL_USERNAME, or write them to a .env file.'
  return ''
}

function noSuchCommand(name: string | undefined): string {
  const names = COMMANDS.map(command => command.name).join(', ')
  const known = `the commands are ${names}; 'viptel-pbx --help' explains them.`
  return name === undefined ? `Name a command: ${known}` : `There is no command '${name}'; ${known}`
}

function printHelp(terminal: Terminal, text: string): ExitCode {
  terminal.help(text)
  return EXIT.done
}

/** Prints an error that a command expects as one line. Throws any other, which is a defect and needs its stack. */
function printError(terminal: Terminal, error: unknown, command?: Command): ExitCode {
  const code = exitCodeOf(error)
  if (code === undefined) throw error
  terminal.note(
    { colour: 'red', text: messageOf(error) },
    ...(code === EXIT.usage && command !== undefined ? [` See 'viptel-pbx ${command.name} --help'.`] : []),
  )
  return code
}

function describeAll(): string {
  const commands = COMMANDS.map(({ name, usage, summary }) => `  ${`${name} ${usage}`.trimEnd()}\n      ${summary}`)
  return `viptel-pbx COMMAND

${commands.join('\n')}

'viptel-pbx COMMAND --help' explains a command, 'viptel-pbx --version' prints
the version.

The PBX and the login come from VIPTEL_URL, VIPTEL_USERNAME and
VIPTEL_PASSWORD, or from a .env file in this folder; a password is never an
argument.

Exit codes  0: done
            1: the PBX refused
            2: wrong usage
            3: no connection
            4: nobody knows whether it was done`
}

function describeCommand({ name, usage, summary, help }: Command): string {
  return `viptel-pbx ${[name, usage, '[options]'].filter(Boolean).join(' ')}\n\n${summary}\n\n${help}`
}
