import { readFileSync } from 'node:fs'
import { run } from './running.js'

const ENV = { VIPTEL_URL: 'ws://127.0.0.1:1', VIPTEL_USERNAME: 'viptel', VIPTEL_PASSWORD: 'secret' }
const COMMANDS = ['check', 'listen', 'call', 'hangup', 'redirect', 'simulate', 'record', 'replay']

/** Lines that a terminal of the usual width would wrap. */
const tooWide = (text: string) => text.split('\n').filter(line => line.length > 80)

describe('the command line', () => {
  it.each<[string[], RegExp]>([
    [[], /^Name a command: the commands are check, /],
    [['chek'], /^There is no command 'chek'; the commands are check, /],
    [['help', 'chek'], /^There is no command 'chek'/],
    [['--json', 'check'], /^There is no command '--json'/],
    [['check', 'x'], /^check takes options only\. See 'viptel-pbx check --help'/],
    [['check', '--wait', 'x'], /^--wait must be a whole number from 0 to 3600, not 'x'/],
    [['check', '--timeout', '0'], /^--timeout must be/],
    [['check', '--report'], /^Option '--report' needs a value/],
    [['call', '12'], /^call takes FROM TO\. See/],
    [['call', '12', '13', '14'], /^call takes FROM TO, and nothing more/],
    [['call', '12', 'Peter'], /^TO must be an optional \+ and 1 to 20 digits; not "Peter"\. See/],
    [['call', '-12', '13'], /^Unknown option '-1'/],
    [['call', '--', '-12', '13'], /^FROM must be 1 to 18 digits; not "-12"\. See/],
    [['call', '12', '13', '--until', 'noon'], /^--until must be created, ringing, answered, ended, not 'noon'/],
    [['call', '12', '13', '--until', '--json'], /^Option '--until' needs a value\. See/],
    [['call', '12', '13', '--json=yes'], /^Option '--json' does not take an argument/],
    [['call', '12', '13', '--wait=0'], /^--wait must be/],
    [['call', '12', '13', '--caller-id', 'me'], /^--caller-id must be an optional \+ and 1 to 20 digits; not "me"/],
    [['hangup'], /^hangup takes ID\. See/],
    [['hangup', ''], /^ID must be a unique_id as events carry it; not ""/],
    [['hangup', 'a b', '--json'], /^ID must be a unique_id as events carry it; not "a b"/],
    [['redirect', '1.2'], /^redirect takes ID DESTINATION\. See/],
    [['redirect', '1.2', '*21*'], /^DESTINATION must be an optional \+ and 1 to 20 digits; not "\*21\*"/],
    [['call', '12', '13', '--url', 'wss://x'], /Set VIPTEL_URL/],
  ])('used wrongly, %j, says in one line what would be right, and ends with 2', async (args, said) => {
    const running = run(args, ENV)
    expect(await running.ended).toBe(2)
    expect(running.stderr).toMatch(said)
    expect(running.stderr).toMatch(/^.+\n$/)
    expect(running.stdout).toBe('')
  })

  it.each([
    [['check', '--password', 'geheim']],
    [['check', '--password=geheim']],
    [['check', '-p', 'geheim']],
    [['check', '-pgeheim']],
    [['call', '12', '13', '--passwd=geheim']],
  ])('takes no password, %j, and does not repeat it', async args => {
    const running = run(args, ENV)
    expect(await running.ended).toBe(2)
    expect(running.stderr).toMatch(/A password is never an argument.*VIPTEL_PASSWORD/)
    expect(running.stderr).not.toContain('geheim')
  })

  it.each(COMMANDS)('explains %s, with an example, by --help, -h and help', async name => {
    const running = run([name, '--help'])
    expect(await running.ended).toBe(0)
    expect(running.stdout).toMatch(new RegExp(`^viptel-pbx ${name} .*\n\n\\w.+\n\n {2}--`))
    expect(running.stdout).toMatch(new RegExp(`\n {2}.*viptel-pbx ${name}`))
    expect(tooWide(running.stdout)).toEqual([])
    expect(running.stderr).toBe('')
    for (const args of [
      [name, '-h'],
      ['help', name],
    ]) {
      const other = run(args)
      await other.ended
      expect(other.stdout).toBe(running.stdout)
    }
  })

  it.each([['--help'], ['-h'], ['help']])('lists all commands and exit codes by %s', async arg => {
    const running = run([arg])
    expect(await running.ended).toBe(0)
    for (const name of COMMANDS) expect(running.stdout).toMatch(new RegExp(`^ {2}${name}\\b.*\\n {6}\\w`, 'm'))
    expect(tooWide(running.stdout)).toEqual([])
    expect(running.stdout).toContain('2: wrong usage')
  })

  it('prints its version', async () => {
    const running = run(['--version'])
    expect(await running.ended).toBe(0)
    expect(running.stdout).toBe(
      `${(JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version}\n`,
    )
  })
})
