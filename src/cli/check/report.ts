import type { Logger } from '../../index.js'
import { version } from '../version.js'
import type { StepResult } from './step.js'

/** What came over the wire, without what is nobody's business. */
export interface Frames {
  readonly logger: Logger
  /** Oldest first; `at` in ms since the epoch. */
  readonly all: readonly { readonly at: number; readonly text: string }[]
}

/** More tells the vendor nothing new. */
const MOST = 100
const LONGEST = 500

/** Keeps frames by way of a client's log, which holds neither password nor hash. */
export function keepFrames({ username, password }: { username: string; password: string }, now: () => number): Frames {
  const all: { at: number; text: string }[] = []
  const secrets = new Set([password, JSON.stringify(password).slice(1, -1)])
  const keep = (frame: string) => {
    const nonce = /"nonce"\s*:\s*"?([^",}\s]+)/.exec(frame)?.[1]
    if (nonce !== undefined) secrets.add(nonce)
    let text = frame
    for (const secret of secrets) text = text.replaceAll(secret, '[hidden]')
    text = text.replaceAll(JSON.stringify(username), '"[hidden]"')
    all.push({ at: now(), text: withoutPeople(text) })
  }
  const ignore = () => {}
  return {
    all,
    logger: {
      debug: (message, details) => {
        if (message === 'received' && all.length < MOST) keep(String((details as { frame?: unknown }).frame))
      },
      info: ignore,
      warn: ignore,
      error: ignore,
    },
  }
}

/** An event tells who talks with whom; that it came is all that matters here. So it is with what may be the rest of one. */
function withoutPeople(text: string): string {
  const event = /"event"\s*:\s*"([^"]*)"/.exec(text)?.[1]
  if (event !== undefined) return `an event, ${event}`
  if (isResponse(text)) return text.slice(0, LONGEST)
  const shape = text.slice(0, 20).replace(/\p{L}/gu, 'x').replace(/\p{N}/gu, '0')
  return `no response and no event, ${text.length} characters like ${shape}`
}

function isResponse(text: string): boolean {
  try {
    return Object.hasOwn(JSON.parse(text), 'code')
  } catch {
    return false
  }
}

export interface Finding {
  readonly startedAt: number
  readonly url: URL
  readonly results: readonly StepResult[]
  readonly frames: Frames
  readonly verdict: string
}

/** A text for the vendor's support, without a secret. */
export function reportText({ startedAt, url, results, frames, verdict }: Finding): string {
  const { node = '', openssl = '' } = process.versions
  return [
    "Report of 'viptel-pbx check'. It holds no user name, password, hash or nonce, and of events only the names.",
    '',
    `made at    ${new Date(startedAt).toISOString()}`,
    `with       viptel-pbx ${version}, Node ${node}, OpenSSL ${openssl}, ${process.platform} ${process.arch}`,
    // what stands behind a question mark may be a secret of somebody's proxy
    `address    ${url.protocol}//${url.host}${url.pathname}${url.search === '' ? '' : '?[hidden]'}`,
    `result     ${verdict}`,
    '',
    'Steps',
    ...results.flatMap(result => [
      stepLine(result),
      ...(result.causes ?? []).map(cause => `             perhaps: ${cause}`),
    ]),
    '',
    'Frames received (ms since the start)',
    ...frames.all.map(({ at, text }) => `  ${String(at - startedAt).padStart(7)}  ${text}`),
    ...(frames.all.length === 0 ? ['  none'] : []),
    '',
  ].join('\n')
}

/** One step in one line. */
export function stepLine({ step, outcome, ms, detail }: StepResult): string {
  return `  ${outcome.padEnd(7)}  ${step.padEnd(8)}  ${ms === undefined ? ' '.repeat(8) : `${String(ms).padStart(5)} ms`}  ${detail}`.trimEnd()
}
