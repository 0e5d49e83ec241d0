// @ts-check
// Posts every missed call to a server, one after the other, in the order in which they ended.
// WEBHOOK_URL names the server; WEBHOOK_TOKEN is sent as a bearer token; RETRY_FOR is how many seconds after its end a
// call is still posted.
import { concatMap, delay, filter, map, mergeMap } from 'rxjs'
import { open, say, setting } from './pbx.js'
import { createPost } from './post.js'

/** ms to wait for a late event, such as a pickup, which shows that a call was not missed. */
const LATE = 1_000

const url = setting('WEBHOOK_URL')
const retryFor = Number(setting('RETRY_FOR', '900')) * 1_000
if (!(retryFor >= 0)) {
  say('RETRY_FOR must be a number of seconds.')
  process.exit(2)
}
const { calls, change$, isUnsure, stopping } = open()
const post = createPost({ url, token: setting('WEBHOOK_TOKEN', ''), stopping })

/**
 * Whether a call came to us. A call of direction 'unknown' has a withheld number, unless the API has created it.
 *
 * @param {import('viptel-pbx').Call} call
 */
const isForUs = ({ direction, callRandomId }) =>
  direction === 'inbound' || (direction === 'unknown' && callRandomId === undefined)

/** The fields of a call that are posted. @param {import('viptel-pbx').Call} call */
const bodyOf = ({ id, caller, callerName, calledNumber, legs, status, startedAt, endedAt }) => {
  return { id, caller, callerName, calledNumber, rung: legs.map(({ callee }) => callee), status, startedAt, endedAt }
}

change$
  .pipe(
    mergeMap(({ kind, call, event }) => {
      if (kind === 'unseen-end' && event?.event === 'call.end')
        say(`Call ${event.unique_id} ended (${event.status}); how it began was not heard, so it may have been missed.`)
      if (kind !== 'end' || call === undefined) return []
      if (call.phase === 'lost') say(`Call ${call.id} of ${call.caller} was lost track of; it may have been missed.`)
      // in a gap the call may have been answered
      return [{ ended: call, unsure: isUnsure(call) }]
    }),
    delay(LATE),
    map(({ ended, unsure }) => ({ ended, unsure, call: calls.find(ended.id) ?? ended })),
    // a call that turned out to be part of another ends with that
    filter(({ ended, call }) => call.id === ended.id && call.missed && isForUs(call)),
    concatMap(({ call, unsure }) =>
      post(call.id, { ...bodyOf(call), unsure }, (call.endedAt ?? Date.now()) + retryFor),
    ),
  )
  .subscribe()
