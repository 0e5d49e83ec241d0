import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as secure, type TLSSocket } from 'node:tls'
import { ofConnecting, ofResolving, ofTls, withoutPort } from './causes.js'
import { StepFailure } from './step.js'

/** The way to the PBX below the WebSocket, on a socket of our own. Each part gives a line for the user; all throw {@link StepFailure}. */
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
      const addresses = await lookup_(host, signal)
      return `${host} is ${addresses.join(', ')}${url.port === '' ? `; no port is given, which means ${port}` : ''}`
    },
    async connect(signal) {
      socket = connect({ host, port })
      try {
        await once(socket, 'connect', { signal })
      } catch (error) {
        throw new StepFailure(`${url.hostname}:${port}: ${said(error)}`, {
          causes: [...withoutPort(url), ...ofConnecting(codeOf(error))],
          cause: error,
        })
      }
      // it has done its part; should it end meanwhile, the next step finds out
      socket.on('error', () => {})
      return `${place(socket.localAddress, socket.localPort)} to ${place(socket.remoteAddress, socket.remotePort)}`
    },
    async tls(signal) {
      // authorized or not is looked at below, so that the report can tell whose certificate it was
      const tls = secure({
        ...(socket === undefined ? {} : { socket }),
        host,
        rejectUnauthorized: false,
        ...(isIP(host) ? {} : { servername: host }),
      })
      socket = tls
      const fail = (code: string, why: string, cause?: unknown) =>
        new StepFailure(why, { causes: [...withoutPort(url), ...ofTls(code)], cause })
      try {
        await once(tls, 'secureConnect', { signal })
      } catch (error) {
        throw fail(codeOf(error), said(error), error)
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

async function lookup_(host: string, signal: AbortSignal): Promise<string[]> {
  try {
    // Node cannot stop asking; whoever is done with waiting does not listen any more
    const found = await Promise.race([
      lookup(host, { all: true }),
      once(signal, 'abort').then(() => Promise.reject(signal.reason)),
    ])
    return found.map(({ address }) => address)
  } catch (error) {
    throw new StepFailure(`${host}: ${said(error)}`, { causes: ofResolving(codeOf(error)), cause: error })
  }
}

function certificateOf(tls: TLSSocket): string {
  const { subject, issuer, valid_to } = tls.getPeerCertificate()
  return `certificate of ${name(subject)}, issued by ${name(issuer)}, valid until ${valid_to}`
}

function name(
  who: { readonly CN?: string | readonly string[]; readonly O?: string | readonly string[] } | undefined,
): string {
  return String(who?.CN ?? who?.O ?? 'nobody')
}

function place(address: string | undefined, port: number | undefined): string {
  return `${isIP(address ?? '') === 6 ? `[${address}]` : address}:${port}`
}

/** The error's code; our own time limit counts as the system's. */
function codeOf(error: unknown): string {
  const { name, code, cause } = error as { name?: string; code?: unknown; cause?: unknown }
  if (name === 'AbortError' && cause !== undefined) return codeOf(cause)
  return name === 'TimeoutError' ? 'ETIMEDOUT' : String(code ?? '')
}

/** A host with several addresses fails with an error for each, and without a message of its own. */
function said(error: unknown): string {
  const { name, message, code, errors } = error as Partial<AggregateError & { code: unknown }>
  if (name === 'TimeoutError' || codeOf(error) === 'ETIMEDOUT') return 'no answer in time'
  if (Array.isArray(errors)) return errors.map(said).join('; ')
  return message || String(code)
}
