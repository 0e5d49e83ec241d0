import { describe, expect, it } from '@jest/globals'
import { createHolding, type Holder } from '../../../src/client/connection/holders.js'
import { ConnectionFailedError } from '../../../src/client/errors.js'

function stage() {
  const order: string[] = []
  const groups: Holder[] = []
  const nameOf = (holder: Holder) => {
    if (!groups.includes(holder)) groups.push(holder)
    return groups.indexOf(holder) + 1
  }
  const holding$ = createHolding(
    holder => order.push(`hold ${nameOf(holder)}`),
    holder => order.push(`release ${nameOf(holder)}`),
  )
  return { order, groups, holding$ }
}

describe('subscribers who hold a connection', () => {
  it('are one holder, from the first who comes to the last who leaves', () => {
    const { order, holding$ } = stage()
    const [first, second] = [holding$.subscribe(), holding$.subscribe()]
    first.unsubscribe()
    expect(order).toEqual(['hold 1'])
    second.unsubscribe()
    expect(order).toEqual(['hold 1', 'release 1'])
    holding$.subscribe()
    expect(order).toEqual(['hold 1', 'release 1', 'hold 2'])
  })

  it('all get the error, and one who comes in answer to it is a new holder', () => {
    const { order, groups, holding$ } = stage()
    const error = new ConnectionFailedError('no more')
    for (const name of ['a', 'b'])
      holding$.subscribe({
        error: reason => {
          order.push(`${name}: ${reason.message}`)
          if (name === 'a') holding$.subscribe({ error: () => order.push('too early') })
        },
      })
    groups[0]?.letGo()
    groups[0]?.error(error)
    expect(order).toEqual(['hold 1', 'a: no more', 'hold 2', 'b: no more', 'release 1'])
  })

  it('who come between the letting go and the error are a new holder', () => {
    const { order, groups, holding$ } = stage()
    holding$.subscribe({ error: () => order.push('old') })
    groups[0]?.letGo()
    holding$.subscribe({ error: () => order.push('new') })
    groups[0]?.error(new ConnectionFailedError('no more'))
    expect(order).toEqual(['hold 1', 'hold 2', 'old', 'release 1'])
  })

  it('all complete', () => {
    const { order, groups, holding$ } = stage()
    for (const name of ['a', 'b']) holding$.subscribe({ complete: () => order.push(name) })
    groups[0]?.complete()
    expect(order).toEqual(['hold 1', 'a', 'b', 'release 1'])
  })
})
