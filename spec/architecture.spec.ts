import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import ts from 'typescript'

const SRC = fileURLToPath(new URL('../src', import.meta.url))

/**
 * The rooms of the house, and for each the rooms that it may import from, type imports included. A room is a file or a
 * folder of `src`; the longest name that fits a file is its room. Files of one room may import each other, without a circle.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  // The front doors name what is public, wherever it stands.
  'index.ts': [
    'client',
    'client/actions',
    'client/anomaly.ts',
    'client/client-internals.ts',
    'client/connection',
    'client/connection/connection-loss.ts',
    'client/connection/connection-state.ts',
    'client/errors.ts',
    'client/live',
    'client/logger.ts',
    'client/operators.ts',
    'client/options.ts',
    'protocol',
    'shared',
  ],

  // Code without knowledge of PBXs.
  shared: [],
  // The wire: frames, fields, responses, actions as bytes.
  protocol: ['shared'],

  // Words that every room of the client may use.
  'client/errors.ts': ['protocol', 'shared'],
  'client/logger.ts': ['shared'],
  'client/options.ts': ['client/errors.ts', 'client/logger.ts', 'shared'],
  'client/anomaly.ts': ['protocol', 'shared'],
  'client/operators.ts': ['protocol'],
  'client/event-bus.ts': ['protocol', 'shared'],
  'client/session-observer.ts': ['client/connection/connection-loss.ts', 'client/errors.ts', 'protocol'],
  'client/client-internals.ts': ['client/connection/connection-state.ts', 'client/session-observer.ts', 'protocol'],

  // Sockets, logins, losses. The two files named by others are the words in which a client speaks of its connection.
  'client/connection/connection-loss.ts': ['client/errors.ts', 'shared'],
  'client/connection/connection-state.ts': [
    'client/connection',
    'client/connection/connection-loss.ts',
    'client/errors.ts',
    'client/options.ts',
    'protocol',
    'shared',
  ],
  'client/connection': [
    'client/anomaly.ts',
    'client/connection/connection-loss.ts',
    'client/connection/connection-state.ts',
    'client/errors.ts',
    'client/logger.ts',
    'client/options.ts',
    'protocol',
    'shared',
  ],

  // Actions know no connection: only the loss that ended a session.
  'client/actions': [
    'client/connection/connection-loss.ts',
    'client/errors.ts',
    'client/options.ts',
    'client/session-observer.ts',
    'protocol',
    'shared',
  ],

  // Calls and queues.
  'client/live': [
    'client/client-internals.ts',
    'client/errors.ts',
    'client/options.ts',
    'client/session-observer.ts',
    'protocol',
    'shared',
  ],

  // Composition only.
  client: [
    'client/actions',
    'client/anomaly.ts',
    'client/client-internals.ts',
    'client/connection',
    'client/connection/connection-loss.ts',
    'client/connection/connection-state.ts',
    'client/errors.ts',
    'client/event-bus.ts',
    'client/logger.ts',
    'client/options.ts',
    'client/session-observer.ts',
    'protocol',
    'shared',
  ],

  // A PBX of its own: it speaks the protocol and knows no client.
  simulator: ['protocol', 'shared'],
  // The command line stands on the two front doors, as a user's program does.
  cli: ['index.ts', 'simulator/index.ts'],
  'simulator/index.ts': ['shared', 'simulator'],
}

interface Import {
  readonly from: string
  readonly to: string
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map(path => path.replaceAll('\\', '/'))
  .filter(path => path.endsWith('.ts'))
  .sort()

/** Every relative import, export or `import()` type of a file, as paths below `src`. */
function importsOf(file: string): Import[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(SRC, file), 'utf8'), true, true)
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter(name => name.startsWith('.'))
    .map(name => ({
      from: file,
      to: relative(SRC, resolve(dirname(join(SRC, file)), name))
        .replaceAll('\\', '/')
        .replace(/\.js$/, '.ts'),
    }))
}

const imports = files.flatMap(importsOf)

/** The room of a file: the longest entry of the table that is the file or a folder above it. */
function roomOf(file: string): string | undefined {
  return Object.keys(ARROWS)
    .filter(room => file === room || file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0]
}

/** Files on a circle of imports, each followed by the one that it imports; empty where there is none. */
function circleIn(edges: readonly Import[]): string[] {
  const next = new Map<string, string[]>()
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to])
  const done = new Set<string>()
  const walk = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return []
    for (const to of next.get(file) ?? []) {
      const circle = walk(to, [...path, file])
      if (circle.length > 0) return circle
    }
    done.add(file)
    return []
  }
  for (const file of next.keys()) {
    const circle = walk(file, [])
    if (circle.length > 0) return circle
  }
  return []
}

describe('the house', () => {
  it('has a room for every file, and a file in every room', () => {
    expect(files.filter(file => roomOf(file) === undefined)).toEqual([])
    const used = new Set(files.map(roomOf))
    expect(Object.keys(ARROWS).filter(room => !used.has(room))).toEqual([])
  })

  it('imports only along the arrows of the table', () => {
    const broken = imports.filter(({ from, to }) => {
      const [room, target] = [roomOf(from) ?? '', roomOf(to) ?? '']
      return room !== target && !ARROWS[room]?.includes(target)
    })
    expect(broken.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  it('imports only files that exist', () => {
    expect(imports.filter(({ to }) => !files.includes(to)).map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  it('has no circle of imports, type imports included', () => {
    expect(circleIn(imports)).toEqual([])
  })

  it('has one importer of the WebSocket classes', () => {
    const importers = files.filter(file =>
      /from '(rxjs\/webSocket|isomorphic-ws)'/.test(readFileSync(join(SRC, file), 'utf8')),
    )
    expect(importers).toEqual(['client/connection/socket.ts'])
  })

  it('has one reader of the clock in the client', () => {
    const readers = files.filter(
      file =>
        file.startsWith('client/') &&
        /\b(Date\.now|performance\.now|setTimeout|setInterval|new Date\()/.test(readFileSync(join(SRC, file), 'utf8')),
    )
    expect(readers).toEqual([])
  })
})

describe('the search for circles', () => {
  it.each([
    [
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
      [],
    ],
    [
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      ['a', 'b', 'a'],
    ],
    [
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'd'],
        ['d', 'b'],
      ],
      ['b', 'c', 'd', 'b'],
    ],
  ])('in %j finds %j', (edges, circle) => {
    expect(circleIn(edges.map(([from = '', to = '']) => ({ from, to })))).toEqual(circle)
  })
})
