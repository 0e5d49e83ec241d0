// @ts-check
// A call log in SQLite: a row for each journey through the PBX, and one for each time in which events may be missing.
// Node 20 has no node:sqlite; this package has its API and brings binaries. From Node 22.13 on import 'node:sqlite'.
import { DatabaseSync } from '@photostructure/sqlite'
import { filter, take } from 'rxjs'
import { open, setting } from './pbx.js'

const db = new DatabaseSync(setting('CALL_LOG', 'calls.db'))
db.exec(`
  PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000; -- a reader keeps the log from nothing
  CREATE TABLE IF NOT EXISTS calls (
    id TEXT PRIMARY KEY, outcome TEXT NOT NULL, direction TEXT, caller TEXT, caller_name TEXT, called_number TEXT,
    answered_by TEXT, status TEXT, started_at INTEGER, answered_at INTEGER, ended_at INTEGER, unsure INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS gaps (from_time INTEGER, to_time INTEGER, reason TEXT NOT NULL, PRIMARY KEY (from_time, to_time)) STRICT;
`)
// a value that no event has had is NULL; values are bound, never part of a statement
const keep = db.prepare('INSERT OR REPLACE INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
// IGNORE: the end of a call that is in the log already says nothing new
const keepEnd = db.prepare('INSERT OR IGNORE INTO calls (id, outcome, status, ended_at, unsure) VALUES (?, ?, ?, ?, 1)')
const remove = db.prepare('DELETE FROM calls WHERE id = ?')
const keepGap = db.prepare('INSERT OR IGNORE INTO gaps VALUES (?, ?, ?)')
const newest = db.prepare('SELECT max(t) AS t FROM (SELECT ended_at AS t FROM calls UNION SELECT to_time FROM gaps)')

const { pbx, change$, gap$, isUnsure } = open()

/** @param {import('viptel-pbx').Call} call */
function write(call) {
  const { id, phase, direction, caller, callerName, calledNumber, answeredBy = null, status = null } = call
  const { startedAt, answeredAt = null, endedAt = null } = call
  const outcome = phase === 'lost' ? 'lost' : answeredAt === null ? 'unanswered' : 'answered'
  const times = [startedAt, answeredAt, endedAt, isUnsure(call) ? 1 : 0]
  db.exec('BEGIN')
  keep.run(id, outcome, direction, caller, callerName, calledNumber, answeredBy, status, ...times)
  // another id of the call may have a row of its own, from an end before the call was known
  for (const other of new Set([...call.uniqueIds, ...call.legs.map(({ uniqueId }) => uniqueId)]))
    if (other !== id) remove.run(other)
  db.exec('COMMIT')
}

change$.subscribe({
  next: ({ kind, call, into, event }) => {
    if (kind === 'unseen-end' && event?.event === 'call.end')
      keepEnd.run(event.unique_id, 'unseen', event.status, event.meta.receivedAt)
    // a logged end may have been that of another call's leg
    if (kind === 'merge' && call !== undefined) remove.run(call.id)
    const present = into ?? call
    // a late event, such as a pickup after the end, corrects the row
    if (present?.phase === 'ended' || present?.phase === 'lost') write(present)
  },
  complete: () => db.close(),
})

gap$.subscribe(({ from, to, reason }) => keepGap.run(from, to, reason.kind))
// the script did not run since the newest row
const since = Number(newest.get()?.['t'] ?? 0)
const online$ = pbx.status$.pipe(filter(({ state }) => state === 'online'))
online$.pipe(take(1)).subscribe(() => since > 0 && keepGap.run(since, Date.now(), 'not-running'))
