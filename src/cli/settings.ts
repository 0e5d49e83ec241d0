import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { UsageError } from './exit-codes.js'
import { codeOf } from './system-error.js'

type Env = Readonly<Record<string, string | undefined>>

/** The address of the PBX where VIPTEL_URL is not set; also the client's own default. */
export const DEFAULT_URL = 'wss://pbxwssv1.viptel.sk:8088/'

/** The address of the PBX, and the login. */
export interface Settings {
  readonly url: string
  readonly credentials: { readonly username: string; readonly password: string }
}

/**
 * The environment, completed from a `.env` file in the working directory; a variable that is set in both has the value
 * of the environment. Throws {@link UsageError} for a file that is there, is needed and cannot be read.
 */
export function readEnvironment(env: Env, path = '.env'): Env {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || missingIn(env).length === 0) return env
    throw new UsageError(`There is a file ${path}, but it cannot be read (${code}).`, { cause: error })
  }
  const given = Object.entries(env).filter(([, value]) => value !== undefined && value !== '')
  // some editors begin a file with a byte order mark
  return { ...parseEnv(text.replace(/^\ufeff/, '')), ...Object.fromEntries(given) }
}

/** Throws {@link UsageError} when there is no login; its message never holds a secret. */
export function readSettings(env: Env): Settings {
  const { VIPTEL_URL: url, VIPTEL_USERNAME: username, VIPTEL_PASSWORD: password } = env
  if (!username || !password) {
    const missing = missingIn(env)
    throw new UsageError(
      `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set; set the login of the API, which is not that of the web manager, in the environment or in a .env file.`,
    )
  }
  return { url: url || DEFAULT_URL, credentials: { username, password } }
}

function missingIn({ VIPTEL_USERNAME, VIPTEL_PASSWORD }: Env): string[] {
  return Object.entries({ VIPTEL_USERNAME, VIPTEL_PASSWORD }).flatMap(([name, value]) => (value ? [] : [name]))
}
