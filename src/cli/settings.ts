import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { PbxOptions } from '../index.js'
import { UsageError } from './exit-codes.js'

type Env = Readonly<Record<string, string | undefined>>

/** Where the PBX is when nobody says otherwise; the client's own default. */
export const USUAL_URL = 'wss://pbxwssv1.viptel.sk:8088/'

/** Where the PBX is, and who logs in. */
export interface Settings {
  readonly url: string
  readonly credentials: { readonly username: string; readonly password: string }
}

/**
 * The environment, completed from a `.env` file in the working directory; what is set in both is as the environment has it. Throws {@link UsageError}
 * for a file that is there, is needed and cannot be read.
 */
export function environment(env: Env, path = '.env'): Env {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || missingIn(env).length === 0) return env
    throw new UsageError(`There is a file ${path}, but it cannot be read (${code}).`, { cause: error })
  }
  const given = Object.entries(env).filter(([, value]) => value !== undefined && value !== '')
  // some editors begin a file with a mark of its encoding
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
  return { url: url || USUAL_URL, credentials: { username, password } }
}

function missingIn({ VIPTEL_USERNAME, VIPTEL_PASSWORD }: Env): string[] {
  return Object.entries({ VIPTEL_USERNAME, VIPTEL_PASSWORD }).flatMap(([name, value]) => (value ? [] : [name]))
}

/** Options of a client for these settings. */
export function clientOptions({ url, credentials }: Settings): Pick<PbxOptions, 'url' | 'credentials'> {
  return { url, credentials }
}
