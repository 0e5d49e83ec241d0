import { randomBytes } from 'node:crypto'
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/index.js'
import type { Command, Context } from './command.js'
import { UsageError } from './exit-codes.js'
import { clock } from './format.js'

/** Options of the commands that are a PBX. */
export const HOSTING = {
  port: { type: 'string' },
  user: { type: 'string', multiple: true },
  speed: { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies Command['options']

export const HOSTING_HELP = `  --port N          where to listen on this machine; 0 takes a free port. Default: ${8088}
  --user NAME       who may log in; may be given again. Default: viptel
  --json            the address and the logins as one JSON object on stdout`

export const HOSTING_LOGIN = `The password is that of VIPTEL_PASSWORD, if it is set, and made up otherwise. stdout gets the environment for the other terminal; it does for a .env file, too.`

const PORT = 8088

/** What runs a simulator for, and what goes before its end. */
type Body<T> = (simulator: Simulator) => Promise<T>

/** Starts a simulator, prints how to log in to it, tells on stderr who does, and closes it when the body has ended. */
export async function host<T>(context: Context, options: SimulatorOptions, body: Body<T>): Promise<T> {
  const given = context.env['VIPTEL_PASSWORD']
  const names = context.texts('user')
  const users = (names.length === 0 ? ['viptel'] : names).map(username => ({
    username,
    password: given || randomBytes(9).toString('base64url'),
  }))
  if (users.some(({ username }) => username === '')) throw new UsageError('--user must be a name.')
  const simulator = await startSimulator({ ...options, users, port: context.count('port', 0, 65_535) ?? PORT })
  try {
    print(context, simulator.url, users, { secret: given !== undefined && given !== '' })
    void tellOf(simulator, context)
    return await body(simulator)
  } finally {
    await simulator.close()
  }
}

/** A password that came from the environment is not shown again. */
function print(
  { terminal, flag }: Context,
  url: string,
  users: readonly { username: string; password: string }[],
  { secret }: { secret: boolean },
): void {
  if (flag('json')) {
    terminal.json({ url, users: secret ? users.map(({ username }) => ({ username })) : users })
    return
  }
  for (const { username, password } of users) {
    const lines = Object.entries({
      VIPTEL_URL: url,
      VIPTEL_USERNAME: username,
      ...(secret ? {} : { VIPTEL_PASSWORD: password }),
    })
    for (const [name, value] of lines) terminal.line(`export ${name}='${value.replaceAll("'", `'\\''`)}'`)
    const shell = lines.map(([name, value]) => `$env:${name}='${value.replaceAll("'", "''")}'`).join('; ')
    terminal.note({ colour: 'dim', text: `PowerShell: ${shell}` })
  }
  if (secret) terminal.note({ colour: 'dim', text: 'The password is that of VIPTEL_PASSWORD.' })
}

/** Who comes, what they ask for, and who goes. Ends with the simulator. */
async function tellOf(simulator: Simulator, { terminal }: Context): Promise<void> {
  const note = (text: string) => terminal.note({ colour: 'dim', text: `${clock(Date.now())}  ${text}` })
  const each = async <T>(wait: (n: number) => Promise<T>, tell: (happened: T) => void) => {
    for (let n = 1; ; n += 1) tell(await wait(n))
  }
  await Promise.allSettled([
    each(simulator.waitForLogin, ({ id, username }) => note(`client ${id} has logged in as ${username}`)),
    each(simulator.waitForClose, ({ id, code }) => note(`client ${id} has gone (${code})`)),
    each(
      n =>
        simulator.waitForFrame(
          ({ frame }) => String((frame as { action?: unknown } | null)?.action).startsWith('call.'),
          n,
        ),
      ({ client, raw }) => note(`client ${client} asks: ${raw}`),
    ),
  ])
}

/** How many times as fast as the clock; `max` is Infinity. */
export function speedOf({ text }: Pick<Context, 'text'>, { max, most }: { max?: boolean; most: number }): number {
  const given = text('speed') ?? '1'
  if (max && given === 'max') return Number.POSITIVE_INFINITY
  const speed = /^\d+(\.\d+)?$/.test(given) ? Number(given) : 0
  if (!(speed > 0 && speed <= most))
    throw new UsageError(`--speed must be a number over 0, at most ${most}${max ? ", or 'max'" : ''}, not '${given}'.`)
  return speed
}
