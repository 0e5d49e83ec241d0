import { catchError, defer, distinctUntilChanged, EMPTY, map, type Observable, retry, switchMap } from 'rxjs'
import type { CallSeed, CallTracker, PbxClient, QueueSeed, QueueTracker } from 'viptel-pbx'

interface Snapshot {
  readonly calls: readonly CallSeed[]
  readonly queues: readonly QueueSeed[]
}

class NoSnapshot extends Error {}

async function fetchSnapshot(): Promise<Snapshot> {
  const response = await fetch('/snapshot.json')
  if (response.status === 404) throw new NoSnapshot()
  if (!response.ok) throw new Error(`/snapshot.json: ${response.status}`)
  return (await response.json()) as Snapshot
}

/**
 * Seeds the trackers after each login, since the API sends changes and no opening state: from the page's server, which
 * may have the PBX's REST API behind it. Emits the session that was seeded. Where the server has no snapshot nothing is
 * emitted, and the page shows what it does not know.
 */
export function seedEachLogin(pbx: PbxClient, calls: CallTracker, queues: QueueTracker): Observable<number> {
  return pbx.status$.pipe(
    map(status => (status.state === 'online' ? status.session : undefined)),
    distinctUntilChanged(),
    // switchMap: a snapshot that comes after the next loss is of no use
    switchMap(session =>
      session === undefined
        ? EMPTY
        : defer(async () => {
            const snapshot = await fetchSnapshot()
            calls.seed(snapshot.calls)
            queues.seed(snapshot.queues)
            return session
          }).pipe(
            retry({ delay: error => (error instanceof NoSnapshot ? EMPTY : pause()) }),
            catchError(() => EMPTY),
          ),
    ),
  )
}

const pause = () => new Promise(resolve => setTimeout(resolve, 5_000))
