import { afterAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { ActionRejectedError, DeliveryUncertainError, NotSentError } from '../../../src/index.js'
import { type Asked, type Played, play, wasWritten } from './play.js'
import { anyScript, orderlyScript } from './script.js'

// a longer search: PROPERTY_RUNS=2000 PROPERTY_SEED=7
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 100)
const SEED = Number(process.env['PROPERTY_SEED'] ?? 4)
const PATIENCE = 60_000 + RUNS * 1_000

/** Outcomes that the runs have shown so far: a property that nothing ever puts to the test proves nothing. */
const shown = { created: 0, confirmed: 0, certain: 0, probable: 0, notSent: 0, uncertain: 0, neverArrived: 0 }

function count({ asked, sent }: Played): void {
  for (const { action, seen, ends } of asked) {
    const [end] = ends
    if (action === 'call.create' && seen.includes('created')) shown.created += 1
    if (action !== 'call.create' && seen.some(phase => phase !== 'sent')) shown.confirmed += 1
    if (end instanceof ActionRejectedError) shown[end.attribution] += 1
    if (end instanceof NotSentError) shown.notSent += 1
    if (end instanceof DeliveryUncertainError) shown.uncertain += 1
  }
  shown.neverArrived += sent.filter(({ dealt }) => dealt === undefined).length
}

/** Faults in the writing and in the ends of requests. */
function broken({ asked, sent, simulator }: Played): string[] {
  const wrong: string[] = []
  const complain = (index: number, what: string) => wrong.push(`${index}: ${asked[index]?.action} ${what}`)

  const written = sent.map(({ written: { frame } }) => frame['call_random_id']).filter(id => id !== undefined)
  const received = simulator.received
    .map(({ frame }) => (frame as { call_random_id?: unknown } | undefined)?.call_random_id)
    .filter(id => id !== undefined)
  for (const ids of [written, received]) if (new Set(ids).size < ids.length) wrong.push('a call was written twice')
  if (received.some(id => !written.includes(id))) wrong.push('a call came to the PBX that was never written')
  if (sent.length !== asked.filter(wasWritten).length)
    wrong.push(`${sent.length} actions were written for ${asked.filter(wasWritten).length} requests`)

  for (const [index, { written, asked: owner, dealt }] of sent.entries()) {
    const { frame } = written
    if (owner === undefined || owner.action !== frame['action'] || owner.callRandomId !== frame['call_random_id']) {
      wrong.push(`action ${index} on the wire is out of order, or nobody's`)
      continue
    }
    if (dealt !== undefined && JSON.stringify(dealt.frame) !== JSON.stringify(frame))
      wrong.push(`action ${index} on the wire came to the PBX as another`)
  }

  for (const [index, one] of asked.entries()) for (const what of brokenEnd(one)) complain(index, what)
  return wrong
}

/** Faults in what the subscribers of one request got. */
function brokenEnd({ seen, ends, again, action }: Asked): string[] {
  const [end] = ends
  const wrong: string[] = []
  const isConfirmed = seen.some(phase => phase !== 'sent')
  if (ends.length !== 1) wrong.push(`ended ${ends.length} times`)
  if (again.seen.join() !== seen.join() || again.ends[0] !== end)
    wrong.push('gave its second subscriber something else')
  if (seen.filter(phase => phase === 'sent').length > 1) wrong.push('was sent twice')
  if (!(end instanceof Error)) return wrong
  if (seen.includes('sent') && end instanceof NotSentError) wrong.push('was sent and not sent')
  const isUncertain = end instanceof DeliveryUncertainError
  // of a redirect that rings it is known that it was delivered, but not what came of it
  if (isConfirmed && !(isUncertain && action === 'call.redirect'))
    wrong.push(`came off and then failed: ${end.message}`)
  if (!(isUncertain || end instanceof NotSentError || end instanceof ActionRejectedError))
    wrong.push(`ended with ${String(end)}`)
  return wrong
}

/** Of the rejections that are certain, those that the PBX has not spoken. */
function unfounded({ sent }: Played): string[] {
  return sent.flatMap(({ asked, dealt, written }, index) => {
    const [end] = asked?.ends ?? []
    if (!(end instanceof ActionRejectedError) || end.attribution !== 'certain') return []
    const answer = dealt?.answer as { code: number; message: string } | undefined
    if (answer?.code === end.code && end.message.includes(answer.message)) return []
    return [`${index}: ${written.text} was answered with ${JSON.stringify(answer)}, not with ${end.code}`]
  })
}

const SEARCH = { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: PATIENCE - 10_000, markInterruptAsFailure: true }

describe('actions, whatever happens to answers and connections,', () => {
  it(
    'reach the wire once at most, and end once',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyScript, async script => {
          const played = await play(script)
          count(played)
          expect(broken(played)).toEqual([])
        }),
        SEARCH,
      )
    },
    PATIENCE,
  )

  it(
    'are not certainly rejected unless they were, as long as the answers that come, come soon and in order',
    async () => {
      await fc.assert(
        fc.asyncProperty(orderlyScript, async script => {
          const played = await play(script)
          count(played)
          expect([...broken(played), ...unfounded(played)]).toEqual([])
        }),
        SEARCH,
      )
    },
    PATIENCE,
  )

  afterAll(() => {
    // each way to end has been put to the test
    expect(Object.entries(shown).filter(([, times]) => times === 0)).toEqual([])
  })
})
