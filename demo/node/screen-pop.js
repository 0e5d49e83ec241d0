// @ts-check
// Tells a CRM by HTTP who is calling, once for each time that an extension of a list is rung.
// CRM_URL; CRM_TOKEN is sent as a bearer token; EXTENSIONS is a list such as 12,13.
import { mergeMap } from 'rxjs'
import { open, setting } from './pbx.js'
import { createPost } from './post.js'

/** ms after which nobody looks at a pop any more. */
const USEFUL = 10_000

const url = setting('CRM_URL')
const extensions = new Set(setting('EXTENSIONS').split(/[\s,]+/))
const { change$, stopping } = open()
const post = createPost({ url, token: setting('CRM_TOKEN', ''), stopping })

/** The legs that were told of, by the id of their call, while it runs. @type {Map<string, Set<string>>} */
const known = new Map()
/** The same channel can ring the same extension twice, one after the other. @param {import('viptel-pbx').Leg} leg */
const idOf = ({ uniqueId, callee, beganAt }) => `${uniqueId}-${callee}-${beganAt}`

/** @param {import('viptel-pbx').CallChange} change @returns {{ call: import('viptel-pbx').Call, leg: import('viptel-pbx').Leg }[]} */
function newlyRung({ kind, call: told, into }) {
  const call = into ?? told
  if (call === undefined || told === undefined) return []
  // a call that turns out to be an offer of a queue, or another id of one from the API, rings as it did
  const before = kind === 'merge' ? told.legs : []
  if (kind === 'merge') known.delete(told.id)
  if (call.phase === 'ended' || call.phase === 'lost') {
    known.delete(call.id)
    return []
  }
  const heard = known.get(call.id)
  const rung = call.legs.filter(({ endedAt, callee }) => endedAt === undefined && extensions.has(callee))
  known.set(call.id, new Set(rung.map(idOf)))
  const isNew = (/** @type {import('viptel-pbx').Leg} */ leg) =>
    heard?.has(idOf(leg)) !== true &&
    !before.some(({ uniqueId, callee }) => uniqueId === leg.uniqueId && callee === leg.callee)
  return rung.filter(isNew).map(leg => ({ call, leg }))
}

change$
  .pipe(
    mergeMap(newlyRung),
    // each by itself: one that the CRM is slow to take keeps no other waiting
    mergeMap(({ call: { id, caller, callerName, calledNumber, direction }, leg }) =>
      post(
        idOf(leg),
        {
          call: id,
          extension: leg.callee,
          kind: leg.kind,
          caller,
          callerName,
          calledNumber,
          direction,
          rungAt: leg.beganAt,
        },
        leg.beganAt + USEFUL,
      ),
    ),
  )
  .subscribe()
