/** What the page's own server says. */
export interface Config {
  readonly pbx: string
  readonly username: string
  /** A simulator's days may pass faster than ours: `speed` times, since `epoch` (ms). */
  readonly simulated?: { readonly speed: number; readonly epoch: number }
  /** The telephone to begin with, and a number to try. */
  readonly extension?: string
  readonly number?: string
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function isConfig(value: unknown): value is Config {
  return isObject(value) && typeof value['pbx'] === 'string' && typeof value['username'] === 'string'
}

/** Sends whoever is not logged in to the login. */
export async function loadConfig(): Promise<Config> {
  const response = await fetch('/config.json')
  if (response.status === 401) location.assign('/login')
  const config: unknown = response.ok ? await response.json() : undefined
  if (!isConfig(config)) throw new Error(`/config.json: ${response.status}`)
  return config
}
