import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { passwordDigest } from '../../src/protocol/login-hash.js'
import { parseRecording, type Simulator, startSimulator } from '../../src/simulator/index.js'
import { freePort } from '../support/bare-server.js'
import { type Running, run } from './running.js'

const BEGIN = {
  event: 'call.begin',
  unique_id: '1795418999.1',
  caller: 42,
  caller_name: 'Jana',
  callee: '0910000001',
  callee_name: null,
  called_number: '0910000001',
}

describe('record', () => {
  let sim: Simulator
  let recording: Running
  let folder: string
  let path: string
  const env = () => ({ VIPTEL_URL: sim.url, VIPTEL_USERNAME: 'viptel', VIPTEL_PASSWORD: 'hush-hush' })
  const record = async (...args: string[]) => {
    recording = run(['record', path, ...args], env())
    await recording.said('stderr', /online, login 1/)
  }
  const stopped = async () => {
    recording.signal('SIGINT')
    expect(await recording.ended).toBe(0)
    return parseRecording(readFileSync(path, 'utf8'))
  }
  /** Resolves when the file has so many lines. */
  const lines = (count: number) => {
    const hasAll = () => existsSync(path) && readFileSync(path, 'utf8').split('\n').length > count
    return new Promise<void>(resolve => {
      const watcher = watch(folder, () => {
        if (hasAll()) watcher.close()
      })
      watcher.on('close', resolve)
      if (hasAll()) watcher.close()
    })
  }
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'viptel-pbx-record-'))
    path = join(folder, 'day.jsonl')
    sim = await startSimulator({ users: [{ username: 'viptel', password: 'hush-hush' }] })
  })
  afterEach(async () => {
    recording.signal('SIGINT')
    await recording.ended
    await sim.close()
    rmSync(folder, { recursive: true })
  })

  it('writes frames as they came, with their times, also those that cannot be read', async () => {
    await record()
    sim.send(BEGIN)
    sim.announce('pbx-retrying')
    sim.send('{"event":')
    sim.send('[1]')
    sim.send(new Uint8Array([0, 255]))
    await lines(6)
    const read = await stopped()
    expect(read).toEqual([
      { t: 0, kind: 'login', frame: { session: 1, at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) } },
      { t: expect.any(Number), frame: BEGIN },
      { t: expect.any(Number), frame: expect.objectContaining({ code: 504 }) },
      { t: expect.any(Number), kind: 'text', frame: { text: '{"event":' } },
      { t: expect.any(Number), kind: 'text', frame: { text: '[1]' } },
      { t: expect.any(Number), kind: 'binary', frame: { base64: 'AP8=' } },
    ])
    expect(recording.stderr).toContain(`6 lines in ${path}`)
    expect(recording.stdout).toBe('')
  })

  it('has every frame in the file when it has come, which only its owner may read', async () => {
    await record()
    sim.send(BEGIN)
    await lines(2)
    expect(readFileSync(path, 'utf8')).toContain('call.begin')
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o077).toBe(0)
  })

  it('writes losses and logins down, and goes on', async () => {
    await record()
    sim.send(BEGIN)
    await lines(2)
    sim.closeClients({ code: 1012 })
    await sim.waitForLogin(2)
    await recording.said('stderr', /online, login 2/)
    sim.drop()
    await recording.said('stderr', /online, login 3/)
    sim.send({ event: 'call.end', unique_id: BEGIN.unique_id, status: 'answer' })
    await lines(7)
    expect(
      (await stopped()).map(({ kind, frame }) => [
        kind,
        'code' in frame ? frame.code : 'session' in frame ? frame.session : undefined,
      ]),
    ).toEqual([
      ['login', 1],
      [undefined, undefined],
      ['close', 1012],
      ['login', 2],
      ['close', 1006],
      ['login', 3],
      [undefined, undefined],
    ])
    expect(recording.stderr).toMatch(/may be lost/)
  })

  it('holds no secret, even if the server should repeat them all', async () => {
    await record()
    const { raw } = await sim.waitForFrame('user.login')
    const { nonce } = JSON.parse(sim.sent[0]?.raw ?? '') as { nonce: string }
    const digest = passwordDigest('viptel', 'hush-hush')
    const login = JSON.parse(raw) as { password: string }
    sim.send({ code: 100, message: 'Again', nonce, echo: [raw, { deep: digest, password: 'hush-hush' }] })
    sim.send(`rubbish ${raw} hush-hush`)
    sim.send({ event: 'server.notice', text: raw })
    sim.drop()
    await recording.said('stderr', /online, login 2/)
    await lines(6)
    await stopped()
    const second = JSON.parse(sim.sent.filter(({ client }) => client === 2)[0]?.raw ?? '') as { nonce: string }
    const text = readFileSync(path, 'utf8')
    expect(text).toMatch(/Again/)
    for (const secret of [nonce, login.password, digest, 'hush-hush', second.nonce]) expect(text).not.toContain(secret)
    expect(recording.stderr).not.toContain('hush-hush')
  })

  it('keeps a frame that is nested too deeply to be read as text, without a secret, and goes on', async () => {
    await record()
    const deep = `{"event":"call.hold","x":${'['.repeat(50_000)}"hush-hush"${']'.repeat(50_000)}}`
    const { raw } = await sim.waitForFrame('user.login')
    const { password } = JSON.parse(raw) as { password: string }
    sim.send(deep.replace('hush-hush', password))
    sim.send(BEGIN)
    await lines(3)
    const [, text, begin] = await stopped()
    expect(text).toMatchObject({ kind: 'text', frame: { text: deep.replace('hush-hush', '[hidden]') } })
    expect(begin).toMatchObject({ frame: BEGIN })
  })

  it('keeps nothing of a frame that is nested too deeply to be masked, and goes on', async () => {
    await record('--mask')
    sim.send(`{"event":"call.hold","x":${'['.repeat(50_000)}"Jana"${']'.repeat(50_000)}}`)
    sim.send(BEGIN)
    sim.drop()
    await recording.said('stderr', /online, login 2/)
    const [, text, begin] = await stopped()
    expect(text).toMatchObject({ kind: 'text', frame: { text: 'null' } })
    expect(begin).toMatchObject({ frame: { event: 'call.begin' } })
  })

  it('masks with --mask, and writes down at the end what is held', async () => {
    await record('--mask')
    sim.send(BEGIN)
    sim.send({
      event: 'queue.join',
      queue: 601,
      caller: '42',
      caller_name: 'Jana',
      unique_id: BEGIN.unique_id,
      position: 1,
    })
    sim.send('Jana 0910000001')
    sim.drop()
    await recording.said('stderr', /online, login 2/)
    await stopped()
    const text = readFileSync(path, 'utf8')
    expect(text).not.toMatch(/Jana|0910000001|"caller":"?42\b/)
    const [, begin, join] = parseRecording(text).map(({ frame }) => frame as Record<string, unknown>)
    expect(begin).toMatchObject({
      unique_id: BEGIN.unique_id,
      caller: expect.any(Number),
      caller_name: 'Name 1',
      callee_name: null,
    })
    expect(join).toMatchObject({ queue: 601, caller: String(begin?.['caller']), caller_name: 'Name 1' })
  })

  it('overwrites nothing without --force', async () => {
    writeFileSync(path, 'precious')
    recording = run(['record', path], env())
    expect(await recording.ended).toBe(2)
    expect(recording.stderr).toMatch(/^'[^\n]*day\.jsonl' is there already; --force overwrites it\.[^\n]*\n$/)
    expect(readFileSync(path, 'utf8')).toBe('precious')
    await record('--force')
    expect((await stopped()).map(({ kind }) => kind)).toEqual(['login'])
  })

  it('leaves no file behind when it never was logged in', async () => {
    recording = run(['record', path], { ...env(), VIPTEL_PASSWORD: 'wrong' })
    expect(await recording.ended).toBe(1)
    expect(() => statSync(path)).toThrow()
    recording = run(['record', path], { ...env(), VIPTEL_URL: `ws://127.0.0.1:${await freePort()}` })
    expect(await recording.ended).toBe(3)
    expect(() => statSync(path)).toThrow()
  })

  it.each([
    [[], 'FILE'],
    [['a', 'b'], 'FILE'],
    [['a', '--json'], '--json'],
  ])('says with %j in one line what was wrong', async (args, said) => {
    recording = run(['record', ...args], env())
    expect(await recording.ended).toBe(2)
    expect(recording.stderr).toContain(said)
    expect(recording.stderr).toMatch(/^[^\n]+ See 'viptel-pbx record --help'\.\n$/)
  })

  it('says when it cannot write, and ends', async () => {
    recording = run(['record', join(folder, 'no-such-folder', 'day.jsonl')], env())
    expect(await recording.ended).toBe(2)
    expect(recording.stderr).toMatch(/cannot be written/)
  })
})
