import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { folder, node, place } from './consumer.js'

const ours = (path: string) => join(process.cwd(), 'node_modules', path)

const COMPILERS = [
  ['5.4', join(folder, 'node_modules/typescript-5.4/bin/tsc')],
  ['5.9', join(folder, 'node_modules/typescript-5.9/bin/tsc')],
  ['6.0', ours('typescript/bin/tsc6')],
  ['7.0', ours('@typescript/native/bin/tsc')],
] as const

/** The program of a consumer. Each expected error proves that a type has not become `any`. */
const PROGRAM = `
import { createPbxClient, decodeFrame, forCall, LoginRejectedError, ofType, reached, sameNumber, toStore, trackCalls, trackQueues } from 'viptel-pbx'
import type { Call, CallTracker, ConnectionStatus, Credentials, PbxClient, PbxEvent, PbxEventOf, PbxOptions, Queue, QueueTracker, Store } from 'viptel-pbx'
import { startSimulator } from 'viptel-pbx/simulator'

const options: PbxOptions = { credentials: (): Credentials => ({ username: 'viptel', password: 'secret' }), reconnect: { maxDelay: 1_000 }, WebSocket }
export const pbx: PbxClient = createPbxClient(options)

pbx.on('queue.join').subscribe(join => {
  const position: number = join.position
  const queue: string = join.queue
  const session: number = join.meta.session
  // @ts-expect-error a count is a number
  const wrong: string = join.position
  console.log(position, queue, session, wrong)
})
pbx.on('call.hold').subscribe(({ event, meta }) => console.log(event, meta.seq))
pbx.event$.pipe(ofType('call.begin', 'call.end'), forCall('1453466550.679')).subscribe(event => {
  if (event.event === 'call.end') console.log(event.status)
  else console.log(event.caller)
  // @ts-expect-error only two names are left
  if (event.event === 'queue.join') console.log(event)
})
pbx.status$.subscribe({ error: (error: unknown) => error instanceof LoginRejectedError })
pbx.gap$.subscribe(({ from, to, reason }) => console.log(to - from, reason.kind))

pbx.createCall({ from: '12', to: '0220282028' }).pipe(reached('answered')).subscribe(call => {
  const uniqueIds: readonly string[] = call.uniqueIds
  // @ts-expect-error the phases are known
  if (call.phase === 'busy') return
  console.log(uniqueIds, call.status)
})

const calls: CallTracker = trackCalls(pbx, { keepEnded: 5_000, isExtension: number => number.length < 4 })
const queues: QueueTracker = trackQueues(pbx)
const store: Store<readonly Call[]> = toStore(calls.list$)
calls.seed([{ uniqueId: '1453466550.679', phase: 'ringing' }])
calls.change$.subscribe(({ kind, call, leg }) => {
  // @ts-expect-error a call whose begin was missed has no caller
  console.log(call.caller)
  // @ts-expect-error the kinds of change are known
  if (kind === 'other') console.log(leg?.callee)
})
queues.list$.subscribe(list => list.map(({ members, waiting }: Queue) => [members[0]?.paused, waiting[0]?.position.toFixed(), store.getSnapshot().length]))

export function describeStatus(status: ConnectionStatus): string {
  switch (status.state) {
    case 'waiting':
      return \`\${status.reason.message} \${status.retryAt}\`
    case 'failed':
      return status.error.message
    case 'online':
      return status.pbx
    default:
      // @ts-expect-error no other state has a session
      return String(status.session)
  }
}

export function callerOf(event: PbxEvent): string | undefined {
  return event.event === 'call.begin' ? (event satisfies PbxEventOf<'call.begin'>).caller : undefined
}

export async function main(): Promise<boolean> {
  const simulator = await startSimulator({ port: 0, users: [{ username: 'viptel', password: 'secret' }] })
  const address: string = simulator.url
  simulator.send({ event: 'call.end', unique_id: '1453466550.679', status: 'answer' })
  await simulator.close()
  const frame = decodeFrame(address)
  // @ts-expect-error the kinds of frame are known
  return frame.kind === 'other' || sameNumber('0900111222', '+421900111222')
}
`

const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  target: 'es2022',
  lib: ['es2022', 'dom'],
  types: [],
}

const PROJECTS = [
  ['bundler', { module: 'esnext', moduleResolution: 'bundler' }, ['program.ts']],
  ['node16', { module: 'node16', moduleResolution: 'node16' }, ['program.mts', 'program.cts']],
  ['nodenext', { module: 'nodenext', moduleResolution: 'nodenext' }, ['program.mts', 'program.cts']],
] as const

describe('the packed declarations', () => {
  beforeAll(async () => {
    for (const [name, options, files] of PROJECTS) {
      await place(
        `tsconfig.${name}.json`,
        JSON.stringify({ compilerOptions: { ...compilerOptions, ...options }, files }),
      )
      for (const file of files) await place(file, PROGRAM)
    }
  })

  it('have no types of Node or ws beside them, which could hide a fault', () => {
    expect(existsSync(join(folder, 'node_modules/rxjs'))).toBe(true)
    expect(existsSync(join(folder, 'node_modules/@types'))).toBe(false)
  })

  describe.each(COMPILERS)('with TypeScript %s', (version, tsc) => {
    it.each(PROJECTS)(
      'compile for a consumer with moduleResolution %s, every library checked',
      async name => {
        expect(await node([tsc, '--version'], 120_000)).toEqual({
          code: 0,
          output: expect.stringContaining(`Version ${version}.`),
        })
        expect(await node([tsc, '--project', `tsconfig.${name}.json`], 300_000)).toEqual({ code: 0, output: '' })
      },
      600_000,
    )
  })
})
