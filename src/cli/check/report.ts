import type { Logger } from '../../index.js'
import { isObject, parseObject } from '../json.js'
import { version } from '../version.js'
import type { StepResult } from './step.js'

/** Frames received from the server, without secrets and personal data. */
export interface Frames {
  readonly logger: Logger
  /** Oldest first; `at` in ms since the epoch. */
  readonly all: readonly { readonly at: number; readonly text: string }[]
}

/** Limits of a report: more would show the vendor nothing new. */
const MAX_FRAMES = 100
const MAX_LENGTH = 500

/** Keeps frames that a client logs; its log holds neither password nor hash. */
export function keepFrames({ username, password }: { username: string; password: string }, now: () => number): Frames {
  const all: { at: number; text: string }[] = []
  const secrets = new Set([password, JSON.stringify(password).slice(1, -1)])
  const keep = (frame: string) => {
    const nonce = /"nonce"\s*:\s*"?([^",}\s]+)/.exec(frame)?.[1]
    if (nonce !== undefined) secrets.add(nonce)
    let text = frame
    for (const secret of secrets) text = text.replaceAll(secret, '[hidden]')
    text = text.replaceAll(JSON.stringify(username), '"[hidden]"')
    all.push({ at: now(), text: withoutPersonalData(text) })
  }
  const ignore = () => {}
  return {
    all,
    logger: {
      debug: (message, details) => {
        if (message === 'received' && all.length < MAX_FRAMES) keep(frameIn(details))
      },
      info: ignore,
      warn: ignore,
      error: ignore,
    },
  }
}

/**
 * An event names who talks with whom: only its name is kept. Of a text that may be part of an event only the shape is
 * kept.
 */
function withoutPersonalData(text: string): string {
  const event = /"event"\s*:\s*"([^"]*)"/.exec(text)?.[1]
  if (event !== undefined) return `an event, ${event.slice(0, MAX_LENGTH)}`
  if (isResponse(text)) return text.slice(0, MAX_LENGTH)
  const shape = text.slice(0, 20).replace(/\p{L}/gu, 'x').replace(/\p{N}/gu, '0')
  return `no response and no event, ${text.length} characters like ${shape}`
}

function isResponse(text: string): boolean {
  const frame = parseObject(text)
  return frame !== undefined && Object.hasOwn(frame, 'code')
}

function frameIn(details: unknown): string {
  return isObject(details) ? String(details['frame']) : ''
}

export interface Finding {
  readonly startedAt: number
  readonly url: URL
  readonly results: readonly StepResult[]
  readonly frames: Frames
  readonly verdict: string
}

/** A text for the vendor's support, without a secret. */
export function formatReport({ startedAt, url, results, frames, verdict }: Finding): string {
  const { node = '', openssl = '' } = process.versions
  return [
    "Report of 'viptel-pbx check'. It holds no user name, password, hash or nonce, and of events only the names.",
    '',
    `made at    ${new Date(startedAt).toISOString()}`,
    `with       viptel-pbx ${version}, Node ${node}, OpenSSL ${openssl}, ${process.platform} ${process.arch}`,
    // a query may be a secret of a proxy
    `address    ${url.protocol}//${url.host}${url.pathname}${url.search === '' ? '' : '?[hidden]'}`,
    `result     ${verdict}`,
    '',
    'Steps',
    ...results.flatMap(result => [
      formatStep(result),
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
export function formatStep({ step, outcome, ms, detail }: StepResult): string {
  return `  ${outcome.padEnd(7)}  ${step.padEnd(8)}  ${ms === undefined ? ' '.repeat(8) : `${String(ms).padStart(5)} ms`}  ${detail}`.trimEnd()
}
