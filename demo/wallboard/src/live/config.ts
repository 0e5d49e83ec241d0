/** The configuration that the page's own server gives. */
export interface Config {
  readonly pbx: string
  readonly username: string
  /** The clock of a simulator, which runs `speed` times as fast since `epoch` (ms). */
  readonly simulated?: { readonly speed: number; readonly epoch: number }
  /** The first extension of a new viewer, and a number to try. */
  readonly extension?: string
  readonly number?: string
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function isConfig(value: unknown): value is Config {
  return isObject(value) && typeof value['pbx'] === 'string' && typeof value['username'] === 'string'
}

/** Loads the configuration. A viewer who is not logged in is sent to the login. */
export async function loadConfig(): Promise<Config> {
  const response = await fetch('/config.json')
  if (response.status === 401) location.assign('/login')
  const config: unknown = response.ok ? await response.json() : undefined
  if (!isConfig(config)) throw new Error(`/config.json: ${response.status}`)
  return config
}
