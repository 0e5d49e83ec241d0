import { describe, expect, it } from '@jest/globals'
import { of } from 'rxjs'
import { CallEndedError, type OutboundCall, reached } from '../../../src/index.js'
import { createStage, SERVER_ERROR, watch } from './stage.js'

/** So many blanks that a quadratic search of them does not end within a spec's time. */
const BLANKS = ' '.repeat(1_000_000)
const WORDS = `a${BLANKS}b`

const call = (stage = createStage()) => {
  const watched = watch(stage.actions.createCall({ from: '12', to: '0220282028', callRandomId: 'r1' }))
  return { stage, message: () => (watched.error as Error).message }
}

describe('foreign words in the errors of actions', () => {
  it.each<[string, (stage: ReturnType<typeof createStage>) => unknown]>([
    ['of an error that ends every action', stage => stage.answer(SERVER_ERROR[0], SERVER_ERROR[1] + BLANKS)],
    ['of a rejection', stage => stage.answer(403, WORDS)],
    ['of the loss', ({ actions }) => actions.sessionEnded({ kind: 'closed', message: WORDS })],
    ['of a long loss', ({ actions }) => actions.sessionEnded({ kind: 'closed', message: 'long'.repeat(100_000) })],
  ])('%s are read in linear time, and cut', (_, end) => {
    const { stage, message } = call()
    end(stage)
    expect(message().length).toBeLessThan(700)
    expect(message()).toMatch(/^[^.]*call\.create(.|\n)*\.$/)
  })

  it('of a status are cut', () => {
    const ended: OutboundCall = {
      callRandomId: 'r1',
      phase: 'ended',
      uniqueIds: [],
      dialled: false,
      stale: false,
      status: WORDS,
    }
    const { error } = watch(of(ended).pipe(reached('answered')))
    expect(error).toBeInstanceOf(CallEndedError)
    expect((error as Error).message.length).toBeLessThan(600)
  })

  it('keep one full stop, whether they bring one or not', () => {
    for (const words of ['the line broke', 'the line broke.', 'the line broke.  ']) {
      const { stage, message } = call()
      stage.actions.sessionEnded({ kind: 'torn', message: words })
      expect(message()).toContain(': the line broke. Look')
    }
  })

  it('that name fields at great length name none', () => {
    const stage = createStage({ concurrency: 2 })
    const { message } = call(stage)
    watch(stage.actions.hangup('1795419091.342'))
    stage.answer(400, 'Inserted values are not valid', { to: 'x'.repeat(20_000), unique_id: BLANKS })
    expect(message()).toMatch(/may be another action's answer/)
  })
})
