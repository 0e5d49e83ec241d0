import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toUsageError } from '../../src/cli/error-messages.js'
import { DEFAULT_URL, readEnvironment, readSettings } from '../../src/cli/settings.js'
import { createPbxClient } from '../../src/index.js'

describe('settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'viptel-pbx-settings-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const file = (text: string) => {
    const path = join(folder, '.env')
    writeFileSync(path, text)
    return path
  }
  const LOGIN = { VIPTEL_USERNAME: 'viptel', VIPTEL_PASSWORD: 'secret' }

  it('come from the environment, or from a .env file with quotes and comments', () => {
    const path = file(
      '# the PBX\r\nVIPTEL_USERNAME=viptel # of the API\r\nVIPTEL_PASSWORD="a # b\'c "\r\nexport VIPTEL_URL=wss://pbx.example:8088/\r\n',
    )
    expect(readSettings(readEnvironment({}, path))).toEqual({
      url: 'wss://pbx.example:8088/',
      credentials: { username: 'viptel', password: "a # b'c " },
    })
  })

  it('of the environment go before those of the file, unless they are empty', () => {
    const path = file('\ufeffVIPTEL_USERNAME=file\nVIPTEL_PASSWORD=file\n')
    expect(readSettings(readEnvironment({ VIPTEL_USERNAME: 'env', VIPTEL_PASSWORD: '' }, path)).credentials).toEqual({
      username: 'env',
      password: 'file',
    })
  })

  it('need no file', () => {
    expect(readSettings(readEnvironment(LOGIN, join(folder, 'none')))).toEqual({
      url: DEFAULT_URL,
      credentials: { username: 'viptel', password: 'secret' },
    })
  })

  it.each([
    [{}, 'VIPTEL_USERNAME and VIPTEL_PASSWORD are not set'],
    [{ VIPTEL_USERNAME: 'viptel' }, 'VIPTEL_PASSWORD is not set'],
    [{ VIPTEL_PASSWORD: 'secret' }, 'VIPTEL_USERNAME is not set'],
  ])('that lack a login say so: %j', (env, message) => {
    expect(() => readSettings(env)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(message) }),
    )
    expect(() => readSettings(env)).not.toThrow(/secret/)
  })

  it('of a file that cannot be read are missed only when they are needed', () => {
    expect(() => readEnvironment({}, folder)).toThrow(/cannot be read \(EISDIR\)/)
    expect(readEnvironment(LOGIN, folder)).toEqual(LOGIN)
  })

  it('have the address that the client has by itself', () => {
    expect(() => createPbxClient({ url: 'x', credentials: { username: 'a', password: 'b' } })).toThrow(DEFAULT_URL)
  })

  it.each([
    ['ws://203.0.113.1:8088', /--insecure/],
    ['http://localhost', /^VIPTEL_URL must be like wss:/],
    ['nonsense', /^VIPTEL_URL must be like wss:/],
    ['wss://viptel:geheim@localhost:8088', /^VIPTEL_URL must be like wss:.*without .*user name or password/],
  ])('that name the address %s are complained of in the words of the command line', (url, message) => {
    try {
      createPbxClient({ url, credentials: { username: 'a', password: 'b' } })
    } catch (error) {
      const { name, message: said } = toUsageError(error) as Error
      expect(name).toBe('UsageError')
      expect(said).toMatch(message)
      expect(said).not.toMatch(/geheim|allowInsecure|'url'|'credentials'/)
    }
    expect.assertions(3)
  })
})
