import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as secure, type TLSSocket } from 'node:tls'
import { isObject } from '../json.js'
import { codeOf, messageOf } from '../system-error.js'
import { causesAtConnect, causesAtResolve, causesAtTls, causesOfMissingPort } from './causes.js'
import { StepFailure, StepTimeout } from './step.js'

/**
 * The steps below the WebSocket, on a socket of their own. Each gives a line for the user; all throw {@link
 * StepFailure}.
 */
export interface Probe {
  resolve(signal: AbortSignal): Promise<string>
  connect(signal: AbortSignal): Promise<string>
  tls(signal: AbortSignal): Promise<string>
  close(): void
}

export function createProbe(url: URL): Probe {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port || (url.protocol === 'wss:' ? 443 : 80))
  let socket: Socket | undefined

  return {
    async resolve(signal) {
      const addresses = await resolveHost(host, signal)
      return `${host} is ${addresses.join(', ')}${url.port === '' ? `; no port is given, which means ${port}` : ''}`
    },
    async connect(signal) {
      socket = connect({ host, port })
      try {
        await once(socket, 'connect', { signal })
      } catch (error) {
        throw new StepFailure(`${url.hostname}:${port}: ${describe(error)}`, {
          causes: [...causesOfMissingPort(url), ...causesAtConnect(codeOfFailure(error))],
          cause: error,
        })
      }
      // an error between two steps shows in the next one
      socket.on('error', () => {})
      return `${formatAddress(socket.localAddress, socket.localPort)} to ${formatAddress(socket.remoteAddress, socket.remotePort)}`
    },
    async tls(signal) {
      // checked below instead, so that a failure can name the owner of the certificate
      const tls = secure({
        ...(socket === undefined ? {} : { socket }),
        host,
        rejectUnauthorized: false,
        ...(isIP(host) ? {} : { servername: host }),
      })
      socket = tls
      const fail = (code: string, why: string, cause?: unknown) =>
        new StepFailure(why, { causes: [...causesOfMissingPort(url), ...causesAtTls(code)], cause })
      try {
        await once(tls, 'secureConnect', { signal })
      } catch (error) {
        throw fail(codeOfFailure(error), describe(error), error)
      }
      tls.on('error', () => {})
      const certificate = certificateOf(tls)
      if (!tls.authorized)
        throw fail(String(tls.authorizationError), `${String(tls.authorizationError)}: ${certificate}`)
      return `${tls.getProtocol()}, ${tls.getCipher().name}; ${certificate}`
    },
    close: () => socket?.destroy(),
  }
}

async function resolveHost(host: string, signal: AbortSignal): Promise<string[]> {
  try {
    // Node cannot cancel a lookup: after an abort its result is ignored
    const found = await Promise.race([
      lookup(host, { all: true }),
      once(signal, 'abort').then(() => Promise.reject(signal.reason)),
    ])
    return found.map(({ address }) => address)
  } catch (error) {
    throw new StepFailure(`${host}: ${describe(error)}`, {
      causes: causesAtResolve(codeOfFailure(error)),
      cause: error,
    })
  }
}

function certificateOf(tls: TLSSocket): string {
  const { subject, issuer, valid_to } = tls.getPeerCertificate()
  return `certificate of ${nameOf(subject)}, issued by ${nameOf(issuer)}, valid until ${valid_to}`
}

function nameOf(
  who: { readonly CN?: string | readonly string[]; readonly O?: string | readonly string[] } | undefined,
): string {
  return String(who?.CN ?? who?.O ?? 'nobody')
}

function formatAddress(address: string | undefined, port: number | undefined): string {
  return `${isIP(address ?? '') === 6 ? `[${address}]` : address}:${port}`
}

/**
 * The error's code. An abort has the code of its reason, and a {@link StepTimeout} the one that the system has for a
 * timeout.
 */
function codeOfFailure(error: unknown): string {
  if (error instanceof StepTimeout) return 'ETIMEDOUT'
  if (isObject(error) && error['name'] === 'AbortError' && error['cause'] !== undefined)
    return codeOfFailure(error['cause'])
  return codeOf(error) ?? ''
}

/** An error in words. A host with several addresses fails with an error for each, and without a message of its own. */
function describe(error: unknown): string {
  const code = codeOfFailure(error)
  if (code === 'ETIMEDOUT') return 'no answer in time'
  if (isObject(error) && Array.isArray(error['errors'])) return error['errors'].map(describe).join('; ')
  return messageOf(error) || code
}
