import { describe, expect, it } from '@jest/globals'
import { from, lastValueFrom, toArray } from 'rxjs'
import { forCall, ofType, type PbxEvent } from '../../src/index.js'

const meta = { receivedAt: 0, seq: 1, session: 1 }
const events: PbxEvent[] = [
  {
    event: 'call.begin',
    caller: '0910000001',
    caller_name: '',
    callee: '500',
    callee_name: '',
    called_number: '',
    unique_id: '1.1',
    meta,
  },
  { event: 'queue.pause', queue: '500', member: '12', meta },
  {
    event: 'call.begin',
    caller: '0910000001',
    caller_name: '',
    callee: '12',
    callee_name: '',
    called_number: '',
    unique_id: '1.2',
    from_queue_unique_id: '1.1',
    meta,
  },
  { event: 'call.pickup', unique_id: '1.2', meta },
  { event: 'call.end', unique_id: '1.1', status: 'answer', meta },
]

describe('ofType', () => {
  it('keeps the named events, typed', async () => {
    const ids = await lastValueFrom(from(events).pipe(ofType('call.pickup', 'call.end'), toArray()))
    expect(ids.map(event => event.unique_id)).toEqual(['1.2', '1.1'])
  })
})

describe('forCall', () => {
  it('keeps the events of the call and the begin of each leg that is offered for it', async () => {
    const kept = await lastValueFrom(from(events).pipe(forCall('1.1'), toArray()))
    expect(kept).toEqual([events[0], events[2], events[4]])
  })

  it('keeps nothing for another id', async () => {
    expect(await lastValueFrom(from(events).pipe(forCall('1'), toArray()))).toEqual([])
  })
})
