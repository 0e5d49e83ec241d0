import { randomBytes } from 'node:crypto'
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/index.js'
import type { Command, Context } from './command.js'
import { UsageError } from './exit-codes.js'
import { formatTime } from './format.js'
import { isObject } from './json.js'

/** Options of the commands that are a PBX. */
export const SIMULATOR_OPTIONS = {
  port: { type: 'string' },
  user: { type: 'string', multiple: true },
  speed: { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies Command['options']

const DEFAULT_PORT = 8088

export const SIMULATOR_HELP = `  --port N          where to listen on this machine; 0 takes a free port.
                    Default: ${DEFAULT_PORT}
  --user NAME       who may log in; may be given again. Default: viptel
  --json            the address and the logins as one JSON object on stdout`

export const SIMULATOR_LOGIN_HELP = `The password is that of VIPTEL_PASSWORD, if it is set, and made up otherwise.
stdout gets the environment for the other terminal; a .env file takes it, too.`

interface Login {
  readonly username: string
  readonly password: string
}

/** Starts a simulator, prints how to log in to it, notes its clients on stderr, and closes it when `body` has ended. */
export async function hostSimulator<T>(
  context: Context,
  options: SimulatorOptions,
  body: (simulator: Simulator) => Promise<T>,
): Promise<T> {
  const secret = context.env['VIPTEL_PASSWORD'] || undefined
  const names = context.texts('user')
  const users = (names.length === 0 ? ['viptel'] : names).map(username => ({
    username,
    password: secret ?? randomBytes(9).toString('base64url'),
  }))
  if (users.some(({ username }) => username === '')) throw new UsageError('--user must be a name.')
  const simulator = await startSimulator({ ...options, users, port: context.count('port', 0, 65_535) ?? DEFAULT_PORT })
  try {
    printLogins(context, simulator.url, users, secret !== undefined)
    void noteClients(simulator, context)
    return await body(simulator)
  } finally {
    await simulator.close()
  }
}

/** Prints how to log in. A password that came from the environment is not shown again. */
function printLogins({ terminal, flag }: Context, url: string, users: readonly Login[], isSecret: boolean): void {
  if (flag('json')) {
    terminal.json({ url, users: isSecret ? users.map(({ username }) => ({ username })) : users })
    return
  }
  for (const { username, password } of users) {
    const variables = Object.entries({
      VIPTEL_URL: url,
      VIPTEL_USERNAME: username,
      ...(isSecret ? {} : { VIPTEL_PASSWORD: password }),
    })
    for (const [name, value] of variables) terminal.line(`export ${name}='${value.replaceAll("'", `'\\''`)}'`)
    const shell = variables.map(([name, value]) => `$env:${name}='${value.replaceAll("'", "''")}'`).join('; ')
    terminal.note({ colour: 'dim', text: `PowerShell: ${shell}` })
  }
  if (isSecret) terminal.note({ colour: 'dim', text: 'The password is that of VIPTEL_PASSWORD.' })
}

/** Notes logins, actions on calls and the ends of connections. Resolves when the simulator is closed. */
async function noteClients(simulator: Simulator, { terminal }: Context): Promise<void> {
  const note = (text: string) => terminal.note({ colour: 'dim', text: `${formatTime(Date.now())}  ${text}` })
  const noteEach = async <T>(wait: (n: number) => Promise<T>, describe: (happened: T) => string) => {
    for (let n = 1; ; n += 1) note(describe(await wait(n)))
  }
  await Promise.allSettled([
    noteEach(simulator.waitForLogin, ({ id, username }) => `client ${id} has logged in as ${username}`),
    noteEach(simulator.waitForClose, ({ id, code }) => `client ${id} has gone (${code})`),
    noteEach(
      n => simulator.waitForFrame(({ frame }) => isCallAction(frame), n),
      ({ client, raw }) => `client ${client} asks: ${raw}`,
    ),
  ])
}

function isCallAction(frame: unknown): boolean {
  return isObject(frame) && typeof frame['action'] === 'string' && frame['action'].startsWith('call.')
}

/** Reads `--speed`: how many times as fast as the clock; `max` is Infinity. */
export function readSpeed({ text }: Pick<Context, 'text'>, { max, most }: { max?: boolean; most: number }): number {
  const given = text('speed') ?? '1'
  if (max && given === 'max') return Number.POSITIVE_INFINITY
  const speed = /^\d+(\.\d+)?$/.test(given) ? Number(given) : 0
  if (speed > 0 && speed <= most) return speed
  throw new UsageError(`--speed must be a number over 0, at most ${most}${max ? ", or 'max'" : ''}, not '${given}'.`)
}

/** Resolves when the signal aborts. */
export function waitForStop(stopped: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (stopped.aborted) resolve()
    else stopped.addEventListener('abort', () => resolve(), { once: true })
  })
}
