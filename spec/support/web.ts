import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import type { Page } from 'playwright-core'
import { createMessages, type Messages } from './collect.js'

/** The server of a page. */
export interface Web {
  readonly port: number
  readonly origin: string
  close(): void
}

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.mjs': 'text/javascript' }

/** The strictest policy of a page with scripts: no `eval`, nothing inline, nothing from elsewhere but the PBX. */
export const STRICT = { 'content-security-policy': "default-src 'none'; script-src 'self'; connect-src ws:" }

/** @param read gives the content at a path; undefined where there is none */
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
        // every browser asks for an icon
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

/** A page that gets the address of the PBX from its own server. */
export const html = (pbx: string, body: string) =>
  `<!doctype html><html lang="en" data-pbx="${pbx}"><title>page</title><body>${body}</body></html>`

/** The console of a page and its workers. Errors and uncaught exceptions begin with 'fault'. */
export function listenTo(page: Page): Messages {
  const messages = createMessages()
  page.on('console', message => messages.add(message.type() === 'error' ? `fault ${message.text()}` : message.text()))
  page.on('pageerror', error => messages.add(`fault ${error.message}`))
  return messages
}

/** The faults of a page. A refused connection is none: while a PBX restarts the page may try too early. */
export const faults = (messages: Messages) =>
  messages.all.filter(what => what.startsWith('fault') && !/^fault WebSocket connection to \S+ failed/.test(what))
