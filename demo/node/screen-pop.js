// @ts-check
// Posts to a CRM who is calling, once for each time that an extension of a list is rung.
// CRM_URL names the CRM; CRM_TOKEN is sent as a bearer token; EXTENSIONS is a list such as 12,13.
import { mergeMap } from 'rxjs'
import { open, setting } from './pbx.js'
import { createPost } from './post.js'

/** ms after which a pop is of no use. */
const USEFUL = 10_000

const url = setting('CRM_URL')
const extensions = new Set(setting('EXTENSIONS').split(/[\s,]+/))
const { change$, stopping } = open()
const post = createPost({ url, token: setting('CRM_TOKEN', ''), stopping })

/** The legs that were posted, by the id of their call, while that runs. @type {Map<string, Set<string>>} */
const known = new Map()
/** The id of one ringing: the same channel can ring the same extension twice. @param {import('viptel-pbx').Leg} leg */
const idOf = ({ uniqueId, callee, beganAt }) => `${uniqueId}-${callee}-${beganAt}`

/**
 * The legs that ring since this change.
 *
 * @param {import('viptel-pbx').CallChange} change
 * @returns {{ call: import('viptel-pbx').Call, leg: import('viptel-pbx').Leg }[]}
 */
function newlyRung({ kind, call: changed, into }) {
  const call = into ?? changed
  if (call === undefined || changed === undefined) return []
  // a merged call, such as an offer of a queue, goes on ringing as before
  const before = kind === 'merge' ? changed.legs : []
  if (kind === 'merge') known.delete(changed.id)
  if (call.phase === 'ended' || call.phase === 'lost') {
    known.delete(call.id)
    return []
  }
  const posted = known.get(call.id)
  const rung = call.legs.filter(({ endedAt, callee }) => endedAt === undefined && extensions.has(callee))
  known.set(call.id, new Set(rung.map(idOf)))
  const isNew = (/** @type {import('viptel-pbx').Leg} */ leg) =>
    posted?.has(idOf(leg)) !== true &&
    !before.some(({ uniqueId, callee }) => uniqueId === leg.uniqueId && callee === leg.callee)
  return rung.filter(isNew).map(leg => ({ call, leg }))
}

/** The fields that are posted. @param {import('viptel-pbx').Call} call @param {import('viptel-pbx').Leg} leg */
const bodyOf = ({ id, caller, callerName, calledNumber, direction }, { callee, kind, beganAt }) => {
  return { call: id, extension: callee, kind, caller, callerName, calledNumber, direction, rungAt: beganAt }
}

change$
  .pipe(
    mergeMap(newlyRung),
    // mergeMap: a pop that the CRM is slow to take keeps no other waiting
    mergeMap(({ call, leg }) => post(idOf(leg), bodyOf(call, leg), leg.beganAt + USEFUL)),
  )
  .subscribe()
