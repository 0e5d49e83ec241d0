import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { decodeFrame } from '../../../src/protocol/frame.js'
import { type Faults, InvalidOptionsError, type Simulator, startSimulator } from '../../../src/simulator/index.js'
import { within } from '../../support/bare-server.js'
import type { HeldClock } from '../../support/clock.js'
import { launchHeld } from '../held-simulator.js'
import { type RawClient, rawClient, tearAll } from '../raw-client.js'

const LETTERS = [...'abcdefghijklmnopqrst']
const HANGUP = { action: 'call.hangup', unique_id: '1453223070.4' }
const NOT_FOUND = '{"code":404,"message":"Call not found"}'
const CLOSING = '{"code":110,"message":"Closing connection, bye"}'
const text = (letter: string) => `{"event":"call.pickup","unique_id":"1453223070.4","letter":"${letter}"}`
const READABLE = LETTERS.map(text)

describe('setFaults()', () => {
  let sim: Simulator
  let clock: HeldClock
  let client: RawClient
  /** All texts so far. */
  const allOf = async (of: RawClient) => {
    await of.ping()
    return of.frames.map(String)
  }
  /** The texts since the 202. */
  const got = async (of = client) => {
    await of.ping()
    return of.frames.slice(2).map(String)
  }
  const letters = (texts: readonly string[]) =>
    texts.map(one => (JSON.parse(one) as { letter?: string }).letter).join('')
  const sendAll = () => {
    for (const one of READABLE) sim.send(one)
  }
  const online = async () => {
    const made = await rawClient(sim.url)
    await made.login()
    return made
  }
  const shown = async (faults: Faults) => {
    sim.setFaults(faults)
    sendAll()
    return got()
  }
  /** The same on a simulator of its own. */
  const elsewhere = async (faults: Faults) => {
    const other = await startSimulator()
    other.setFaults(faults)
    const witness = await rawClient(other.url)
    await witness.login()
    for (const one of READABLE) other.send(one)
    await witness.ping()
    await other.close()
    return witness.frames.slice(2, -1).map(String)
  }
  beforeEach(async () => {
    const held = await launchHeld()
    sim = held.sim
    clock = held.clock
    client = await online()
  })
  afterEach(async () => {
    tearAll()
    await sim.close()
  })

  describe('delay', () => {
    it('is for every frame from the greeting to the close, and keeps the order', async () => {
      sim.setFaults({ delay: 20 })
      const late = await rawClient(sim.url)
      await late.ping()
      clock.pass(19)
      expect(await allOf(late)).toEqual([])
      clock.pass(1)
      const loggedIn = late.login()
      await sim.waitForLogin(2)
      clock.pass(20)
      expect(await loggedIn).toMatchObject({ code: 202 })
      sendAll()
      late.send({ action: 'user.logout' })
      await sim.waitForAction('user.logout')
      clock.pass(19)
      expect(await allOf(late)).toHaveLength(2)
      clock.pass(1)
      await late.closed
      expect(late.frames.slice(2).map(String)).toEqual([...READABLE, '{"code":110,"message":"Bye"}'])
    })

    it('is drawn from a span, and keeps the order', async () => {
      sim.setFaults({ delay: [20, 60] })
      sendAll()
      clock.pass(19)
      expect(await got()).toEqual([])
      clock.pass(41)
      expect(await got()).toEqual(READABLE)
    })

    it('holds back until the time has come', async () => {
      sim.setFaults({ delay: 600_000 })
      expect(sim.send({ event: 'x' })).toBe(1)
      expect(await got()).toEqual([])
      expect(sim.sent).toHaveLength(2)
    })

    it('does not hold back the pongs', async () => {
      sim.setFaults({ delay: 600_000 })
      await client.ping()
    })
  })

  it('duplicate: frames come twice', async () => {
    expect(await shown({ duplicate: 1 })).toEqual(READABLE.flatMap(one => [one, one]))
    expect(sim.sent).toHaveLength(2 + 2 * LETTERS.length)
  })

  it('duplicate: as many as its share', async () => {
    const texts = await shown({ duplicate: 0.5 })
    expect(new Set(texts)).toEqual(new Set(READABLE))
    expect(texts.length).toBeGreaterThan(LETTERS.length + 3)
    expect(texts.length).toBeLessThan(2 * LETTERS.length - 3)
  })

  it('reorder: frames change places with their successor', async () => {
    expect(letters(await shown({ reorder: 1 }))).toBe('badcfehgjilknmporqts')
  })

  it('reorder: none is lost or moves further than one place', async () => {
    const order = letters(await shown({ reorder: 0.3, seed: 5 }))
    expect(order).not.toBe(LETTERS.join(''))
    expect([...order].sort()).toEqual(LETTERS)
    for (const [place, letter] of [...order].entries())
      expect(Math.abs(place - LETTERS.indexOf(letter))).toBeLessThanOrEqual(1)
  })

  it('reorder: the last frame does not wait for ever', async () => {
    sim.setFaults({ reorder: 1 })
    sim.send(text('a'))
    clock.pass(99)
    expect(await got()).toEqual([])
    clock.pass(1)
    expect(await client.next()).toMatchObject({ letter: 'a' })
  })

  it('reorder: the last frame comes before the close', async () => {
    sim.setFaults({ reorder: 1 })
    sim.send(text('a'))
    sim.closeClients()
    expect((await client.rest()).slice(2)).toEqual([JSON.parse(text('a'))])
  })

  it('corrupt: the text is cut off or has one other character, and what was sent is what is remembered', async () => {
    const texts = await shown({ corrupt: 1 })
    expect(texts).toHaveLength(LETTERS.length)
    const cut = texts.filter((one, index) => READABLE[index]?.startsWith(one))
    const changed = texts.filter(
      (one, index) => [...one].filter((character, at) => character !== READABLE[index]?.[at]).length === 1,
    )
    expect(cut.length).toBeGreaterThan(3)
    expect(changed.length).toBeGreaterThan(3)
    expect(cut.length + changed.length).toBe(LETTERS.length)
    for (const one of cut) expect(one.length).toBeLessThan(text('a').length)
    expect(sim.sent.slice(2).map(({ raw }) => raw)).toEqual(texts)
  })

  it('corrupt: leaves no frame as it was', async () => {
    sim.setFaults({ corrupt: 1 })
    for (let time = 0; time < 100; time += 1) sim.send('::')
    expect(await got()).not.toContain('::')
  })

  it('corrupt: never halves a character, and leaves bytes alone', async () => {
    sim.setFaults({ corrupt: 1 })
    for (let time = 0; time < 50; time += 1) sim.send('😀😀😀😀')
    sim.send(new Uint8Array([1, 2]))
    sim.send('')
    const texts = await got()
    for (const one of texts) expect(one).not.toMatch(/\ufffd/)
    expect(client.frames.slice(-2)).toEqual([new Uint8Array([1, 2]), ''])
  })

  it('rubbish: a further frame comes that is none', async () => {
    const texts = await shown({ rubbish: 1, seed: 3 })
    expect(texts.filter((_, index) => index % 2 === 0)).toEqual(READABLE)
    const rubbish = client.frames.slice(2).filter((_, index) => index % 2 === 1)
    expect(rubbish).toHaveLength(LETTERS.length)
    for (const frame of rubbish)
      if (typeof frame === 'string') expect({ frame, ...decodeFrame(frame) }).toMatchObject({ kind: 'invalid' })
    expect(new Set(rubbish.map(String)).size).toBeGreaterThan(5)
    expect(rubbish.some(frame => frame instanceof Uint8Array)).toBe(true)
  })

  it('unknownEvents: a further frame comes that is an event of another name', async () => {
    const texts = await shown({ unknownEvents: 1 })
    expect(texts.filter((_, index) => index % 2 === 0)).toEqual(READABLE)
    const unknown = texts.filter((_, index) => index % 2 === 1)
    for (const frame of unknown) expect(decodeFrame(frame)).toMatchObject({ kind: 'unknown' })
    expect(new Set(unknown).size).toBeGreaterThan(2)
  })

  it('loseAnswers: the action is carried out, but its response never comes; all else does', async () => {
    sim.setFaults({ loseAnswers: 1 })
    client.send(HANGUP)
    client.send({ action: '' })
    expect(await sim.waitForAction('call.hangup')).toMatchObject({ answer: JSON.parse(NOT_FOUND) })
    sim.send(text('a'))
    sim.announce('pbx-retrying')
    client.send({ action: 'user.logout' })
    expect((await client.rest()).slice(2)).toMatchObject([
      { letter: 'a' },
      { code: 504 },
      { code: 110, message: 'Bye' },
    ])
  })

  it('loseAnswers: lets logins pass', async () => {
    sim.setFaults({ loseAnswers: 1 })
    const late = await rawClient(sim.url)
    late.send(HANGUP)
    expect(await late.login()).toMatchObject({ code: 401 })
    const other = await online()
    expect(other.frames).toHaveLength(2)
  })

  it('lateAnswers: what is sent in between overtakes them', async () => {
    sim.setFaults({ lateAnswers: { share: 1, by: [60, 80] } })
    client.send(HANGUP)
    await sim.waitForAction('call.hangup')
    sendAll()
    clock.pass(59)
    expect(await got()).toEqual(READABLE)
    clock.pass(21)
    expect(await got()).toEqual([...READABLE, NOT_FOUND])
  })

  it('lateAnswers: those of a connection that closes never come', async () => {
    sim.setFaults({ lateAnswers: { share: 1, by: 600_000 } })
    client.send(HANGUP)
    client.send({ action: 'user.logout' })
    expect((await client.rest()).slice(2)).toEqual([{ code: 110, message: 'Bye' }])
  })

  it('muteAfterLogin: after the 202 there is nothing but pongs, and nothing is carried out', async () => {
    sim.setFaults({ muteAfterLogin: true })
    const late = await online()
    for (const one of [client, late]) {
      one.send(HANGUP)
      one.send({ action: 'user.logout' })
    }
    sim.send(text('a'))
    sim.sendTo(2, text('b'))
    sim.losePbx()
    expect([await got(), await got(late)]).toEqual([[], []])
    expect(sim.received.filter(({ frame }) => (frame as { action?: unknown }).action === 'user.logout')).toHaveLength(2)
    expect(sim.clients).toMatchObject([{ loggedIn: true }, { loggedIn: true }])
    sim.setFaults(undefined)
    late.send({ action: 'user.logout' })
    expect((await late.rest()).slice(2)).toEqual([{ code: 110, message: 'Bye' }])
  })

  it('slowGreeting: the 100 comes late, the clock of the login runs', async () => {
    sim.setFaults({ slowGreeting: 80 })
    const late = await rawClient(sim.url)
    await late.ping()
    clock.pass(79)
    expect(await allOf(late)).toEqual([])
    clock.pass(1)
    expect(await late.next()).toMatchObject({ code: 100 })
    clock.pass(30_000 - 80)
    expect(await late.rest()).toMatchObject([{ code: 100 }, { code: 408 }, { code: 110 }])

    sim.setFaults({ slowGreeting: 40_000 })
    const slow = await rawClient(sim.url)
    await slow.ping()
    clock.pass(40_000)
    expect(await slow.rest()).toMatchObject([{ code: 100 }, { code: 408 }, { code: 110 }])
  })

  it('greetingCode: the greeting has its nonce and another code, and the login goes on', async () => {
    for (const code of [200, 'hello']) {
      sim.setFaults({ greetingCode: code })
      const late = await online()
      expect(JSON.parse(String(late.frames[0]))).toEqual({
        code,
        message: expect.stringMatching(/nonce/),
        nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
      })
      expect(late.frames[1]).toBe('{"code":202,"message":"Login successfull"}')
    }
  })

  it('ignorePings: pings are not answered, frames are', async () => {
    sim.setFaults({ ignorePings: true })
    let pongs = 0
    client.socket.on('pong', () => {
      pongs += 1
    })
    client.socket.ping()
    client.send(HANGUP)
    expect(await client.next()).toEqual(JSON.parse(NOT_FOUND))
    expect(pongs).toBe(0)
    sim.setFaults(undefined)
    await client.ping()
    expect(pongs).toBe(1)
  })

  it('idleLimit: closes a silent client, whatever it gets; not one that pings, talks or is not logged in', async () => {
    const stranger = await rawClient(sim.url)
    const pinging = await online()
    const talking = await online()
    sim.setFaults({ idleLimit: 300 })
    clock.pass(299)
    await pinging.ping()
    talking.send(HANGUP)
    await sim.waitForAction('call.hangup')
    sim.send(text('a'))
    expect(sim.clients).toHaveLength(4)
    clock.pass(1)
    expect((await client.rest()).at(-1)).toEqual(JSON.parse(CLOSING))
    expect(await client.closed).toBe(1000)
    expect(await sim.waitForClose()).toMatchObject({ id: 1, code: 1000 })
    expect(sim.clients).toMatchObject([
      { id: 2, loggedIn: false },
      { id: 3, loggedIn: true },
      { id: 4, loggedIn: true },
    ])
    sim.setFaults(undefined)
    await stranger.login()
  })

  it('idleLimit: ends with the faults', async () => {
    sim.setFaults({ idleLimit: 30 })
    sim.setFaults(undefined)
    clock.pass(30)
    await client.ping()
    expect(sim.clients).toMatchObject([{ loggedIn: true }])
  })

  it('idleLimit: leaves no timer of a connection that has ended', async () => {
    const before = clock.pending()
    sim.setFaults({ idleLimit: 3_600_000 })
    const gone = await online()
    gone.socket.close()
    await gone.closed
    await sim.waitForClose()
    sim.setFaults(undefined)
    expect(clock.pending()).toBe(before)
  })

  it('tearOnAction: an action is carried out, but the connection breaks before any response; login and logout pass', async () => {
    sim.setFaults({ tearOnAction: true })
    client.send(HANGUP)
    expect(await client.closed).toBe(1006)
    expect(client.frames).toHaveLength(2)
    expect(await sim.waitForAction('call.hangup')).toMatchObject({ client: 1, answer: JSON.parse(NOT_FOUND) })
    expect(sim.sent).toHaveLength(2)
    const late = await online()
    late.send({ action: 'user.logout' })
    expect(await late.rest()).toMatchObject([{ code: 100 }, { code: 202 }, { code: 110, message: 'Bye' }])
  })

  it('leaves logins whole, those that fail too', async () => {
    sim.setFaults({ corrupt: 1, duplicate: 1, reorder: 1, rubbish: 1, unknownEvents: 1, loseAnswers: 1 })
    const late = await rawClient(sim.url)
    late.send({ action: 7 })
    expect(await late.login()).toMatchObject({ code: 400 })
    expect(await late.next()).toMatchObject({ code: 202 })
    sim.refuseLogins('server-error')
    const refused = await rawClient(sim.url)
    await refused.login()
    expect(await refused.rest()).toMatchObject([{ code: 100 }, { code: 500 }, { code: 110 }])
    const stranger = await rawClient(sim.url)
    await stranger.next()
    sim.sendTo(4, text('a'))
    expect(await stranger.next()).toMatchObject({ letter: 'a' })
  })

  const ALL: Faults = { seed: 'x', corrupt: 0.3, duplicate: 0.3, reorder: 0.3, rubbish: 0.3, unknownEvents: 0.3 }

  it('draws the same from the same seed, and other from another', async () => {
    const [one, same, other] = [await elsewhere(ALL), await elsewhere(ALL), await elsewhere({ ...ALL, seed: 'y' })]
    expect(one).toEqual(same)
    expect(one).not.toEqual(other)
  })

  it('draws for each client by itself', async () => {
    const alone = await elsewhere(ALL)
    const crowd = await startSimulator()
    crowd.setFaults(ALL)
    const first = await rawClient(crowd.url)
    const second = await rawClient(crowd.url)
    await second.login()
    crowd.send(text('z'))
    await first.login()
    for (const one of READABLE) crowd.send(one)
    await first.ping()
    await second.ping()
    await crowd.close()
    expect(first.frames.slice(2, -1).map(String)).toEqual(alone)
    expect(second.frames.slice(3, -1).map(String)).not.toEqual(alone)
  })

  it('that are over give back what they held back, in order', async () => {
    sim.setFaults({ delay: 600_000, lateAnswers: { share: 1, by: 600_000 }, reorder: 1 })
    client.send(HANGUP)
    await sim.waitForAction('call.hangup')
    for (const letter of 'abc') sim.send(text(letter))
    sim.setFaults(undefined)
    sim.send(text('d'))
    const texts = await got()
    expect(texts).toEqual(['b', 'a', 'c'].map(text).concat(NOT_FOUND, text('d')))
  })

  it('that are replaced give back what they held back', async () => {
    sim.setFaults({ delay: 600_000 })
    sim.send(text('a'))
    sim.setFaults({ delay: 600_000 })
    sim.send(text('b'))
    expect(await got()).toEqual([text('a')])
  })

  it('are held back by a freeze as well', async () => {
    sim.setFaults({ duplicate: 1 })
    sim.freeze()
    sim.send(text('a'))
    sim.setFaults(undefined)
    expect(sim.sent).toHaveLength(2)
    sim.thaw()
    expect(await got()).toEqual([text('a'), text('a')])
  })

  it('that are pending are forgotten by drop()', async () => {
    sim.setFaults({ delay: 20, reorder: 1, lateAnswers: { share: 1, by: 20 } })
    client.send(HANGUP)
    await sim.waitForAction('call.hangup')
    sendAll()
    sim.drop()
    await client.closed
    await sim.waitForClose()
    sim.setFaults(undefined)
    expect(client.frames).toHaveLength(2)
    expect(sim.sent).toHaveLength(2)
  })

  it('that are pending do not hold up close(): what they held back comes before the goodbye', async () => {
    sim.setFaults({ delay: 600_000, reorder: 1 })
    for (const letter of 'abc') sim.send(text(letter))
    await within(30_000, 'the close', sim.close())
    await client.closed
    expect(client.frames.slice(2).map(String)).toEqual([...['b', 'a', 'c'].map(text), CLOSING])
  })

  it.each<[unknown, RegExp]>([
    [null, /Faults are an object/],
    ['all', /Faults are an object/],
    [{ dely: 1 }, /no fault 'dely'; the faults are seed, delay, duplicate/],
    [{ seed: {} }, /'seed'/],
    [{ delay: -1 }, /'delay' must be a number of milliseconds/],
    [{ delay: [20, 10] }, /'delay'/],
    [{ delay: [1] }, /'delay'/],
    [{ delay: [1, 2, 3] }, /'delay'/],
    [{ duplicate: 1.1 }, /'duplicate' must be a share from 0 to 1, not 1\.1/],
    [{ reorder: true }, /'reorder'/],
    [{ corrupt: Number.NaN }, /'corrupt'/],
    [{ rubbish: -0.1 }, /'rubbish'/],
    [{ unknownEvents: '1' }, /'unknownEvents'/],
    [{ loseAnswers: 2 }, /'loseAnswers'/],
    [{ lateAnswers: 1 }, /'lateAnswers'/],
    [{ lateAnswers: { share: 2, by: 1 } }, /'lateAnswers\.share'/],
    [{ lateAnswers: { share: 1 } }, /'lateAnswers\.by'/],
    [{ muteAfterLogin: 1 }, /'muteAfterLogin'/],
    [{ ignorePings: 'yes' }, /'ignorePings'/],
    [{ tearOnAction: null }, /'tearOnAction'/],
    [{ greetingCode: 1.5 }, /'greetingCode'/],
    [{ greetingCode: null }, /'greetingCode'/],
    [{ idleLimit: 0 }, /'idleLimit' must be a number of milliseconds from 1/],
    [{ idleLimit: Number.POSITIVE_INFINITY }, /'idleLimit'/],
    [{ slowGreeting: Number.POSITIVE_INFINITY }, /'slowGreeting'/],
  ])('does not take %j, says why, and changes nothing', async (faults, message) => {
    sim.setFaults({ duplicate: 1 })
    expect(() => sim.setFaults(faults as Faults)).toThrow(InvalidOptionsError)
    expect(() => sim.setFaults(faults as Faults)).toThrow(message)
    sim.send(text('a'))
    expect(await got()).toHaveLength(2)
  })
})
