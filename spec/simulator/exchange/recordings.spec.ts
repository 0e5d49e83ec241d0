import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import type { ExchangePlan } from '../../../src/simulator/exchange/exchange-config.js'
import { parseRecording } from '../../../src/simulator/index.js'
import { anonymous, type Stage, stage } from './stage.js'

const COMPANY: ExchangePlan = {
  extensions: [
    { number: '12', name: 'Peter' },
    { number: '13', name: 'Eva' },
    { number: '42', name: 'Jan' },
    { number: '43', name: 'Robert', behaviour: { kind: 'answer', after: 1_000 } },
  ],
  // that exchange shows the caller, not the company, when it redirects, and is quick to end an agent's leg
  redirectsShow: 'caller',
  quirks: { callerEndsFirst: 0 },
}
const CALLER = '0910000001'

/** The exchange and the commands of each recording, by its name. */
const RUNS: Record<string, { plan: ExchangePlan; act: (on: Stage) => void }> = {
  '01-ext-to-ext-caller-hangup': {
    plan: COMPANY,
    act: ({ exchange }) => {
      exchange.dial({ from: '42', to: '43', talk: 3_000 })
    },
  },
  '07-originate-answered': {
    plan: { ...COMPANY, outside: [{ number: '0220282028', behaviour: { kind: 'answer', after: 1_000 } }] },
    act: ({ exchange, wait }) => {
      const id = exchange.create({ from: '12', to: '0220282028', callRandomId: '13798421854' }, 3_000)
      wait(1_000)
      exchange.answer(id ?? '')
    },
  },
  '08b-originate-dest-404': {
    plan: COMPANY,
    act: ({ exchange, wait }) => {
      const id = exchange.create({ from: '12', to: '0888888888', callRandomId: '1237' })
      wait(1_000)
      exchange.answer(id ?? '')
    },
  },
  '10-queue-abandon': {
    plan: {
      ...COMPANY,
      lines: [{ number: '0220282028', to: '500' }],
      queues: [{ queue: '500', members: ['12', '13'], ringTime: 4_000 }],
    },
    act: ({ exchange }) => {
      exchange.dial({ from: CALLER, to: '0220282028', patience: 6_780 })
    },
  },
  '12-queue-two-waiting': {
    plan: {
      ...COMPANY,
      lines: [{ number: '0220282028', to: '500' }],
      queues: [{ queue: '500', members: ['12'], paused: ['12'] }],
    },
    act: ({ exchange, wait }) => {
      exchange.behave('12', { kind: 'answer', after: 1_000 })
      exchange.dial({ from: CALLER, to: '0220282028', patience: 3_230 })
      wait(1_226)
      exchange.dial({ from: '0910000002', to: '0220282028', talk: 2_000 })
      wait(3_000)
      exchange.unpause('12')
    },
  },
  '15-redirect-from-queue': {
    plan: { ...COMPANY, lines: [{ number: '0220282028', to: '500' }], queues: [{ queue: '500', members: ['12'] }] },
    act: ({ exchange, wait }) => {
      exchange.behave('13', { kind: 'answer', after: 1_000 })
      const id = exchange.dial({ from: CALLER, to: '0220282028', talk: 2_000 })
      wait(3_000)
      exchange.redirect(id, '13')
    },
  },
  '20-queue-overflow': {
    plan: {
      ...COMPANY,
      lines: [{ number: '0220282050', to: '500' }],
      queues: [
        { queue: '500', members: ['12'], ringTime: 4_000, timeout: 6_000, overflow: '501' },
        { queue: '501', members: ['13'] },
      ],
    },
    act: ({ exchange }) => {
      exchange.behave('13', { kind: 'answer', after: 1_000 })
      exchange.dial({ from: CALLER, to: '0220282050', talk: 2_000 })
    },
  },
}

describe('the recordings of a real Asterisk are reproduced by commands to the exchange, frame for frame but for ids and times:', () => {
  it.each(Object.entries(RUNS))('%s', (name, { plan, act }) => {
    const recording = parseRecording(readFileSync(`spec/fixtures/recordings/${name}.jsonl`, 'utf8'))
    const run = stage(plan, 'asterisk')
    // hold times are counted by the seconds of the clock, so the part of the second matters
    run.wait(228)
    act(run)
    run.wait(60_000)
    expect(run.script()).toEqual(anonymous(recording.map(({ frame }) => frame)))
    expect(run.exchange.calls.size).toBe(0)
  })
})
