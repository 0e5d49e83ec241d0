import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { transform } from '@swc/core'
import { type ExchangePlan, parseRecording, type Simulator, startSimulator } from '../../src/simulator/index.js'
import { within } from '../support/bare-server.js'
import { folder, node, place } from './consumer.js'

/** The client of a snippet that makes none of its own: its page has made one called `pbx` before. */
const PRELUDE =
  "import { createPbxClient } from 'viptel-pbx'\nconst pbx = createPbxClient({ credentials: { username: 'viptel', password: 'secret' } })\n"

/** The package as a snippet sees it, with another address. Closes the snippet's clients at the end of stdin. */
const HARNESS = `
import { createPbxClient as create } from 'viptel-pbx'
export * from 'viptel-pbx'
const clients = []
export function createPbxClient(options) {
  const client = create({ ...options, url: process.env.PBX })
  clients.push(client)
  return client
}
process.stdin.resume().on('end', () => clients.forEach(client => client.close()))
`

const snippets = ['README.md', ...readdirSync('docs').map(name => join('docs', name))].flatMap(page =>
  [...readFileSync(page, 'utf8').matchAll(/```ts\n(.*?)```/gs)].map((found, index) => ({
    name: `${page}, snippet ${index + 1}`,
    file: `${page.replace(/\W/g, '-')}-${index + 1}`,
    text:
      /\bpbx\b[.)]/.test(found[1] ?? '') && !found[1]?.includes('createPbxClient')
        ? PRELUDE + found[1]
        : (found[1] ?? ''),
  })),
)

const TELEPHONES: ExchangePlan = {
  extensions: [
    { number: '12', name: 'Peter', behaviour: { kind: 'answer', after: 1 } },
    { number: '13', name: 'Eva', behaviour: { kind: 'answer', after: 1 } },
  ],
  outside: [{ number: '0220282028', behaviour: { kind: 'answer', after: 1 } }],
}

const isTest = ({ text }: { text: string }) => text.includes('@jest/globals')

const toJs = async (text: string) =>
  (await transform(text, { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } })).code

describe('the snippets of README and docs', () => {
  it('compile, with the packed declarations', async () => {
    // readers install jest themselves
    await symlink(join(process.cwd(), 'node_modules/@jest'), join(folder, 'node_modules/@jest'))
    for (const { file, text } of snippets) await place(`${file}.mts`, text)
    const typeRoots = join(process.cwd(), 'node_modules/@types')
    const options = [
      '--strict',
      '--noEmit',
      '--target',
      'es2022',
      '--lib',
      'es2022,dom',
      '--module',
      'nodenext',
      '--types',
      'node',
      '--typeRoots',
      typeRoots,
    ]
    const tsc = join(process.cwd(), 'node_modules/@typescript/native/bin/tsc')
    expect(await node([tsc, ...options, ...snippets.map(({ file }) => `${file}.mts`)], 300_000)).toEqual({
      code: 0,
      output: '',
    })
  }, 400_000)
})

describe('run against the simulator:', () => {
  const traffic = parseRecording(readFileSync('spec/fixtures/recordings/20-queue-overflow.jsonl', 'utf8'))
  let sim: Simulator
  let child: ChildProcess | undefined
  beforeEach(async () => {
    sim = await startSimulator({ exchange: TELEPHONES })
  })
  afterEach(async () => {
    child?.kill()
    child = undefined
    await sim.close()
  })

  it.each(snippets.filter(isTest))('$name, by jest', async ({ file, text }) => {
    await place(`${file}.test.mjs`, await toJs(text))
    const jest = join(process.cwd(), 'node_modules/jest/bin/jest.js')
    const { code, output } = await node(
      [
        '--experimental-vm-modules',
        jest,
        '--rootDir',
        folder,
        '--testMatch',
        `**/${file}.test.mjs`,
        '--transform',
        '{}',
        '--testTimeout=60000',
      ],
      90_000,
    )
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('1 passed') })
  })

  it.each(snippets.filter(snippet => !isTest(snippet)))('$name', async ({ file, text }) => {
    await place('harness.mjs', HARNESS)
    // a snippet that starts a simulator of its own closes what it opens
    const ownSimulator = text.includes('startSimulator')
    const program = await toJs(text)
    await place(
      `${file}.mjs`,
      ownSimulator ? program : program.replaceAll(/from ['"]viptel-pbx['"]/g, "from './harness.mjs'"),
    )
    const running = spawn(process.execPath, [`${file}.mjs`], {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: '', PBX: sim.url },
    })
    child = running
    let output = ''
    let complaints = ''
    running.stdout.on('data', data => {
      output += String(data)
    })
    running.stderr.on('data', data => {
      complaints += String(data)
    })
    const ended = new Promise<number | null>(resolve => running.on('close', resolve))
    if (text.includes('createPbxClient(') && !ownSimulator) {
      await within(30_000, 'the login of the snippet', Promise.race([sim.waitForLogin(), ended]))
      await sim.play(traffic, { speed: Number.POSITIVE_INFINITY })
    }
    running.stdin.end()
    expect({ code: await within(30_000, 'the end of the snippet', ended), complaints }).toEqual({
      code: 0,
      complaints: '',
    })
    // the comment after a console.log() is its output
    for (const [, printed = ''] of text.matchAll(/console\.log\(.*\) \/\/ ([^:;\n]+)/g))
      expect(output).toContain(printed.trim())
  })
})
