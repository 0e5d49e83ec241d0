import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import type { Page } from 'playwright-core'
import { createMessageLog, type MessageLog } from './message-log.js'

/** A page's own server. */
export interface Web {
  readonly port: number
  readonly origin: string
  close(): void
}

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.mjs': 'text/javascript' }

/** The strictest policy for a page with scripts: no `eval`, nothing inline, nothing from elsewhere but the PBX. */
export const STRICT = { 'content-security-policy': "default-src 'none'; script-src 'self'; connect-src ws:" }

/** @param read gives the body of a path; undefined is 404 */
export async function serve(
  read: (path: string, query: URLSearchParams) => Promise<string> | string | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<Web> {
  const server = createServer((request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://page')
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    response.setHeader('content-type', TYPES[extname(path)] ?? 'text/html')
    Promise.resolve(read(path, searchParams)).then(
      text => {
        // browsers ask for an icon by themselves
        if (text === undefined) response.statusCode = path === '/favicon.ico' ? 204 : 404
        response.end(text)
      },
      error => response.destroy(error),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** A page whose client reads the address of the PBX from `data-pbx`. */
export const html = (pbx: string, body: string) =>
  `<!doctype html><html lang="en" data-pbx="${pbx}"><title>page</title><body>${body}</body></html>`

/** The log of a page and its workers. Each error in it begins with 'fault'. */
export function listenTo(page: Page): MessageLog {
  const messages = createMessageLog()
  page.on('console', entry => messages.add(entry.type() === 'error' ? `fault ${entry.text()}` : entry.text()))
  page.on('pageerror', error => messages.add(`fault ${error.message}`))
  return messages
}

/** Faults of a page. A refused connection is none: while a PBX restarts, the page may try too early. */
export const faults = (messages: MessageLog) =>
  messages.all.filter(
    message => message.startsWith('fault') && !/^fault WebSocket connection to \S+ failed/.test(message),
  )
