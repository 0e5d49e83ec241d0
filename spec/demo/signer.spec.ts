import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as ask, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../demo/show/port.js'
import { createSigner } from '../../demo/signer/server.js'
import { createSessions } from '../../demo/signer/sessions.js'
import { readUsers } from '../../demo/signer/users.js'
import { createPbxClient } from '../../src/index.js'
import { startSimulator } from '../../src/simulator/index.js'

const account = { username: 'viptel', password: 'heslo' }
const users = new Map([
  ['lead', 'a long password'],
  ['boss', 'another password'],
])
const PBX = 'wss://pbx.example:8088/'

describe('demo/signer', () => {
  let folder: string
  let server: Server
  let origin: string
  let issueEntryToken: (user: string) => string

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'signer-'))
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>board</title>')
    writeFileSync(join(folder, '.hidden.js'), 'hidden')
    const port = await freePort()
    origin = `http://127.0.0.1:${port}`
    ;({ server, issueEntryToken } = createSigner({
      account,
      pbx: PBX,
      users,
      origin,
      folder,
      signatures: 5,
      logins: 3,
    }))
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => {
    server.close()
    server.closeAllConnections()
    rmSync(folder, { recursive: true })
  })

  const get = (path: string, cookie = '') => fetch(origin + path, { headers: { cookie }, redirect: 'manual' })
  const post = (path: string, body: string, { cookie = '', from = origin }: { cookie?: string; from?: string } = {}) =>
    fetch(origin + path, { method: 'POST', headers: { cookie, origin: from }, body, redirect: 'manual' })
  const form = (name: string, password: string) => new URLSearchParams({ name, password }).toString()
  const logIn = async (name = 'lead') => {
    const { headers } = await post('/login', form(name, users.get(name) ?? ''))
    return (headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  }
  const sign = (nonce: unknown, from: { cookie?: string; from?: string }) =>
    post('/sign', JSON.stringify({ nonce }), from)

  it('signs a nonce as the PBX wants it, for who is logged in to the dashboard', async () => {
    const cookie = await logIn()
    const simulator = await startSimulator({ users: [account] })
    const client = createPbxClient({
      url: simulator.url,
      credentials: {
        username: 'viptel',
        sign: async nonce => ((await (await sign(nonce, { cookie })).json()) as { hash: string }).hash,
      },
    })
    try {
      await client.online()
      expect(client.status.state).toBe('online')
    } finally {
      await client.close()
      await simulator.close()
    }
  })

  it('signs nothing for others: no session, an invented one, one that was ended', async () => {
    expect((await sign('abc', {})).status).toBe(401)
    expect((await sign('abc', { cookie: 'wallboard=invented' })).status).toBe(401)
    const cookie = await logIn()
    expect((await sign('abc', { cookie })).status).toBe(200)
    await post('/logout', '', { cookie })
    expect((await sign('abc', { cookie })).status).toBe(401)
  })

  it('signs nothing that a page of another site asks for, or one that hides where it is from', async () => {
    const cookie = await logIn()
    for (const from of ['https://evil.example', 'null', `${origin}.evil.example`, 'http://localhost'])
      expect((await sign('abc', { cookie, from })).status).toBe(403)
    const without = await new Promise<number | undefined>(resolve => {
      ask(`${origin}/sign`, { method: 'POST', headers: { cookie } }, ({ statusCode }) => resolve(statusCode)).end(
        '{"nonce":"abc"}',
      )
    })
    expect(without).toBe(403)
  })

  it.each([[''], ['a'], ['a:b'], ['abc\n'], ['a b c'], ['á'.repeat(5)], ['a'.repeat(129)], [5], [null], [['abc']]])(
    'takes %j for no nonce',
    async nonce => {
      const cookie = await logIn()
      expect((await sign(nonce, { cookie })).status).toBe(400)
    },
  )

  it('takes no body that is no JSON, or longer than a nonce can be', async () => {
    const cookie = await logIn()
    expect((await post('/sign', 'abc', { cookie })).status).toBe(400)
    expect((await post('/sign', 'null', { cookie })).status).toBe(400)
    // the rest of it is not waited for, so the answer may be a closed connection
    const status = await post('/sign', 'a'.repeat(1_000_000), { cookie }).then(
      response => response.status,
      () => 413,
    )
    expect(status).toBe(413)
  })

  it('signs so often in a minute, for each user', async () => {
    const [lead, boss] = [await logIn('lead'), await logIn('boss')]
    for (let time = 0; time < 5; time += 1) expect((await sign('abc', { cookie: lead })).status).toBe(200)
    expect((await sign('abc', { cookie: lead })).status).toBe(429)
    // another session of the same user has no other share
    expect((await sign('abc', { cookie: await logIn('lead') })).status).toBe(429)
    expect((await sign('abc', { cookie: boss })).status).toBe(200)
  })

  it('lets nobody try passwords at will', async () => {
    for (let time = 0; time < 3; time += 1) expect((await post('/login', form('lead', 'wrong'))).status).toBe(403)
    expect((await post('/login', form('lead', 'a long password'))).status).toBe(429)
  })

  it.each([
    ['lead', ''],
    ['lead', 'another password'],
    ['nobody', ''],
    ['', ''],
    ['__proto__', ''],
  ])('knows no user %j with the password %j', async (name, password) => {
    const { status, headers } = await post('/login', form(name, password))
    expect([status, headers.get('set-cookie')]).toEqual([403, null])
  })

  it('keeps its session in a cookie that no script reads and no other site sends, over https only where there is https', async () => {
    const { headers } = await post('/login', form('lead', 'a long password'))
    expect(headers.get('set-cookie')).toMatch(
      /^wallboard=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    )
    expect(createSessions(users, { secure: true }).logIn('lead', 'a long password')).toContain('; Secure')
  })

  it('ends a session after twelve hours', () => {
    let now = 0
    const sessions = createSessions(users, { secure: false, now: () => now })
    const cookie = sessions.logIn('lead', 'a long password')?.split(';')[0]
    const request = { headers: { cookie } } as unknown as Parameters<typeof sessions.userOf>[0]
    now = 12 * 3_600_000 - 1
    expect(sessions.userOf(request)).toBe('lead')
    now += 1
    expect(sessions.userOf(request)).toBeUndefined()
  })

  it('lets an entry token in once', async () => {
    const path = `/enter?token=${issueEntryToken('lead')}`
    const first = await get(path)
    expect([first.headers.get('location'), first.headers.get('set-cookie')]).toEqual([
      '/',
      expect.stringContaining('HttpOnly'),
    ])
    const second = await get(path)
    expect([second.headers.get('location'), second.headers.get('set-cookie')]).toEqual(['/login', null])
  })

  it('gives the address of the PBX, and what runs there, to users who are logged in', async () => {
    expect((await get('/config.json')).status).toBe(401)
    expect((await get('/snapshot.json')).status).toBe(401)
    expect((await get('/')).headers.get('location')).toBe('/login')
    const cookie = await logIn()
    expect(await (await get('/config.json', cookie)).json()).toEqual({ pbx: PBX, username: 'viptel' })
    // it knows of no source
    expect((await get('/snapshot.json', cookie)).status).toBe(404)
    expect(await (await get('/', cookie)).text()).toContain('board')
  })

  it('lets the page run its own files and connect to the PBX, and nothing else', async () => {
    const cookie = await logIn()
    for (const path of ['/', '/login', '/sign', '/nowhere']) {
      const policy = (await get(path, cookie)).headers.get('content-security-policy')
      expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'; /)
      expect(policy).toMatch(
        /connect-src 'self' wss:\/\/pbx\.example:8088 ws:\/\/127\.0\.0\.1:\* ws:\/\/localhost:\*; /,
      )
      expect(policy).not.toContain('unsafe')
    }
  })

  it.each([
    '/../signer/server.js',
    '/..%2fsigner/server.js',
    '/%2e%2e/signer/server.js',
    '/.hidden.js',
    '//index.html',
    '/index.html/',
    '/nothing.js',
  ])('serves no file for %s', async path => {
    const status = await new Promise<number | undefined>(resolve => {
      const { port } = server.address() as AddressInfo
      ask({ host: '127.0.0.1', port, path }, ({ statusCode }) => resolve(statusCode)).end()
    })
    expect(status).toBe(404)
  })

  it('says its password, and the digest of it, to nobody', async () => {
    const cookie = await logIn()
    const answers = [
      await get('/', cookie),
      await get('/config.json', cookie),
      await get('/login'),
      await sign('abc', { cookie }),
      await sign('', { cookie }),
    ]
    const said = (await Promise.all(answers.map(answer => answer.text()))).join()
    expect(said).not.toMatch(/heslo/)
    expect(said).not.toContain('cd0f868e778f424c0bf520fa33e1fcb726e26d24')
  })
})

describe('DASHBOARD_USERS of demo/signer', () => {
  it('is an object of names and passwords', () => {
    expect(readUsers('{"lead":"a long password","boss":" "}')).toEqual(
      new Map([
        ['lead', 'a long password'],
        ['boss', ' '],
      ]),
    )
  })

  it.each([
    ['{"lead":""}', /^DASHBOARD_USERS: the password of "lead" must be a text that is not empty\./],
    ['{"boss":"topsecret","lead":null}', /the password of "lead"/],
    ['{"lead":5}', /the password of "lead"/],
    ['{"lead":["topsecret"]}', /the password of "lead"/],
    ['{"":"topsecret"}', /the name of a user must not be empty/],
    ['"lead:topsecret"', /^DASHBOARD_USERS must be a JSON object: \{"name":"password"\}\./],
    ['["topsecret"]', /must be a JSON object/],
    ['null', /must be a JSON object/],
    ['5', /must be a JSON object/],
    ['{"lead":"topsecret"', /must be a JSON object/],
  ])('is never %s, and the refusal does not show a password', (text, message) => {
    expect(() => readUsers(text)).toThrow(message)
    expect(() => readUsers(text)).not.toThrow(/topsecret|lead:/)
  })

  it('that is wrong keeps the signer from starting', async () => {
    const env = { ...process.env, NODE_OPTIONS: '', PORT: '0', VIPTEL_USERNAME: 'viptel', VIPTEL_PASSWORD: 'heslo' }
    const { code, output } = await new Promise<{ code: unknown; output: string }>(resolve => {
      execFile(
        process.execPath,
        ['demo/signer/start.js'],
        // a signer that starts is ended
        { timeout: 50_000, env: { ...env, DASHBOARD_USERS: '{"lead":""}' } },
        (error, stdout, stderr) => resolve({ code: error?.code, output: stdout + stderr }),
      )
    })
    expect({ code, output }).toEqual({
      code: 2,
      output: expect.stringMatching(/^DASHBOARD_USERS: the password of "lead"/),
    })
  })

  it.each([[''], [undefined]])('lets nobody in without a password, even if %j got into the list', known => {
    const sessions = createSessions(new Map([['lead', known]]) as ReadonlyMap<string, string>, { secure: false })
    expect(sessions.logIn('lead', '')).toBeUndefined()
  })
})
