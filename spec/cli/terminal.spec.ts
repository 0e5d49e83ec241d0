import { PassThrough } from 'node:stream'
import { createTerminal, type TerminalParts } from '../../src/cli/terminal.js'

const EVIL = '\u001b[2J\u001b]0;x\u0007\u202eevil\n\u009b31m\u2028'

function terminal({ isTTY = false, env = {} }: { isTTY?: boolean; env?: TerminalParts['env'] } = {}) {
  const stdout = Object.assign(new PassThrough(), { isTTY })
  const stderr = Object.assign(new PassThrough(), { isTTY })
  return {
    ...createTerminal({ stdout, stderr, env }),
    stdout,
    stderr,
    out: () => String(stdout.read() ?? ''),
    err: () => String(stderr.read() ?? ''),
  }
}

describe('a terminal', () => {
  it.each([
    ['colours on a terminal', { isTTY: true }, '\u001b[31mno\u001b[39m\n'],
    ['none in a pipe or a file', { isTTY: false }, 'no\n'],
    ['none with NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, 'no\n'],
    ['some with an empty NO_COLOR', { isTTY: true, env: { NO_COLOR: '' } }, '\u001b[31mno\u001b[39m\n'],
    ['none with TERM=dumb', { isTTY: true, env: { TERM: 'dumb' } }, 'no\n'],
  ])('has %s', (_, parts, expected) => {
    const { line, out } = terminal(parts)
    line({ colour: 'red', text: 'no' })
    expect(out()).toBe(expected)
  })

  it('is not steered by a line, a note, a help or an object, no matter who chose its words', () => {
    const { line, note, json, help, out, err } = terminal()
    line(EVIL, { colour: 'red', text: EVIL })
    note(EVIL)
    help(EVIL)
    json({ name: EVIL })
    const shown = out()
    expect(shown.split('\n')).toHaveLength(5)
    expect(shown + err()).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|\p{Zl}|\p{Zp}/u)
  })

  it('loses nothing of an object', () => {
    const { json, out } = terminal()
    json({ name: EVIL })
    expect(JSON.parse(out())).toEqual({ name: EVIL })
  })

  it('knows when nobody reads any more, says no more and does not complain', () => {
    const { line, stdout, closed, out } = terminal()
    line('one')
    expect(closed.aborted).toBe(false)
    stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    line('two')
    expect({ closed: closed.aborted, out: out() }).toEqual({ closed: true, out: 'one\n' })
  })

  it('goes on when nobody reads the notes', () => {
    const { line, stderr, closed, out } = terminal()
    stderr.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    line('two')
    expect({ closed: closed.aborted, out: out() }).toEqual({ closed: false, out: 'two\n' })
  })

  it('does not hide that a disk is full', () => {
    const { stdout } = terminal()
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' })
    expect(() => stdout.emit('error', full)).toThrow(full)
  })

  it('prints an object in the place of one that cannot be turned into JSON, and goes on', () => {
    const { json, line, out } = terminal()
    let deep: unknown = []
    for (let level = 0; level < 100_000; level += 1) deep = [deep]
    json({ event: 'call.hold', deep })
    line('next')
    const [first = '', second] = out().split('\n')
    expect(JSON.parse(first)).toEqual({
      error: 'NotShown',
      message: expect.stringMatching(/^This .* could not be shown: /),
    })
    expect(second).toBe('next')
  })
})
