import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

// without a display, a sandbox (root has none) or any traffic of the browser's own
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const MISSING = 'no Chromium found: install it, or name its executable in CHROMIUM'

const named = process.env['CHROMIUM']
const executable = (named ? [named] : CANDIDATES).find(path => existsSync(path))

/**
 * Like `describe`; where there is no browser the group is left out and its name says why, except in CI, where `launch`
 * fails.
 */
export function describeInChromium(name: string, specs: () => void): void {
  if (executable !== undefined || process.env['CI']) describe(name, specs)
  else describe.skip(`${name} (${MISSING})`, specs)
}

/**
 * A headless Chromium. Close it in `afterAll`.
 *
 * @param options.without what the driver would switch on by itself
 */
export async function launch({
  args = [],
  without = [],
}: {
  args?: readonly string[]
  without?: string[]
} = {}): Promise<Browser> {
  if (executable === undefined) throw new Error(MISSING)
  return chromium.launch({ executablePath: executable, args: [...ARGS, ...args], ignoreDefaultArgs: without })
}
