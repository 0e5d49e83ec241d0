import { describe, expect, it } from '@jest/globals'
import { createPauseGate } from '../../../src/simulator/server/pause-gate.js'

describe('a gate', () => {
  const passed: string[] = []
  const note = (what: string) => () => void passed.push(what)

  it('lets through at once while open, holds back in order while shut, and puts what follows from it behind', () => {
    const gate = createPauseGate()
    gate.pass(note('open'))
    gate.pause()
    gate.pass(() => {
      note('first')()
      gate.pass(note('what the first brings about'))
    })
    gate.pass(note('second'))
    expect(passed.splice(0)).toEqual(['open'])
    gate.resume()
    gate.pass(note('third'))
    expect(passed.splice(0)).toEqual(['first', 'second', 'what the first brings about', 'third'])
  })

  it('can be shut again by what it lets through', () => {
    const gate = createPauseGate()
    gate.pause()
    gate.pass(() => gate.pause())
    gate.pass(note('later'))
    gate.resume()
    expect([gate.isPaused, passed.splice(0)]).toEqual([true, []])
    gate.resume()
    expect([gate.isPaused, passed.splice(0)]).toEqual([false, ['later']])
  })

  it('stays usable when what it lets through throws', () => {
    const gate = createPauseGate()
    gate.pause()
    gate.pass(() => {
      throw new Error('thrown')
    })
    expect(() => gate.resume()).toThrow('thrown')
    gate.pass(note('next'))
    expect(passed.splice(0)).toEqual(['next'])
  })
})
