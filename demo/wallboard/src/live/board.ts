import {
  BehaviorSubject,
  combineLatest,
  delay,
  map,
  merge,
  type Observable,
  retry,
  Subject,
  scan,
  throttleTime,
} from 'rxjs'
import {
  type Call,
  type ConnectionStatus,
  createPbxClient,
  type PbxClient,
  type Queue,
  type Store,
  toStore,
  trackCalls,
  trackQueues,
} from 'viptel-pbx'
import { chooseAddress } from './address.js'
import { type Agent, agentsOf } from './agents.js'
import { type Clock, createClock } from './clock.js'
import type { Config } from './config.js'
import { createFigures, type Figures } from './figures.js'
import { createPops, type Pop, type Pops } from './pop.js'
import { type Asked, createRequests, type Requests } from './requests.js'
import { sign } from './signing.js'
import { seedEachLogin } from './snapshot.js'

/** Everything that the page shows and can do. */
export interface Board {
  readonly pbx: PbxClient
  readonly config: Config
  readonly clock: Clock
  /** An address that a link asked for in vain. */
  readonly refused: string | undefined
  readonly status: Store<ConnectionStatus>
  /** The session that was seeded from a snapshot; undefined where there is none. */
  readonly seeded: Store<number | undefined>
  /** Queues by number. */
  readonly queues: Store<readonly Queue[]>
  readonly agents: Store<readonly Agent[]>
  /** Calls that are not over, oldest first. */
  readonly calls: Store<readonly Call[]>
  readonly figures: Store<Figures>
  readonly asked: Store<readonly Asked[]>
  readonly pop: Store<Pop | undefined>
  readonly requests: Requests
  readonly pops: Pops
  /** The newest state of a call, by any of its ids. */
  find(id: string): Call | undefined
  /** Connects again after the status `failed`. */
  tryAgain(): void
}

/** ms between two drawings of a list: a person at a wall reads no faster. */
const LIST_INTERVAL = 500
/** ms between two drawings of the figures. */
const FIGURE_INTERVAL = 1_000

const byNumber = (a: Queue, b: Queue) => a.queue.localeCompare(b.queue, undefined, { numeric: true })
const isLive = ({ phase }: Call) => phase !== 'ended' && phase !== 'lost'

export function createBoard(config: Config): Board {
  const { url, refused, foreign } = chooseAddress(config.pbx, location)
  const clock = createClock(config.simulated)
  const pbx = createPbxClient({ url, credentials: { username: config.username, sign } })
  // times of the PBX are shorter where its clock is faster
  const options = { listInterval: LIST_INTERVAL, hopGrace: 10_000 / clock.speed }
  const calls = trackCalls(pbx, options)
  const queues = trackQueues(pbx, options)
  const again$ = new Subject<void>()
  /**
   * A stream that outlives a terminal error: it is subscribed to again when the viewer tries again. The status shows
   * the error.
   */
  const lasting = <T>(stream$: Observable<T>) => stream$.pipe(retry({ delay: () => again$ }))

  const book = createFigures(clock)
  const pops = createPops()
  const figures$ = new BehaviorSubject(book.figures)
  const seeded$ = new BehaviorSubject<number | undefined>(undefined)
  const noted$ = merge(
    lasting(calls.change$).pipe(
      map(change => {
        book.take(change)
        pops.take(change)
      }),
    ),
    pbx.gap$.pipe(map(gap => book.miss(gap))),
    pbx.status$.pipe(map(status => (status.state === 'online' ? book.begin(status.since) : undefined))),
  )
  noted$.pipe(throttleTime(FIGURE_INTERVAL, undefined, { leading: true, trailing: true })).subscribe(() => {
    if (book.figures !== figures$.value) figures$.next(book.figures)
  })
  // delayed until the seeded lists are drawn: before that, an empty list would look like a known one
  if (!foreign) seedEachLogin(pbx, calls, queues).pipe(delay(LIST_INTERVAL)).subscribe(seeded$)

  const queueList$ = lasting(queues.list$)
  const callList$ = lasting(calls.list$)
  const agents$ = combineLatest([queueList$, callList$]).pipe(
    throttleTime(LIST_INTERVAL, undefined, { leading: true, trailing: true }),
    scan<[readonly Queue[], readonly Call[]], readonly Agent[]>(
      (before, [served, live]) => agentsOf(served, live, before, Date.now()),
      [],
    ),
  )
  const requests = createRequests(pbx)
  return {
    pbx,
    config,
    clock,
    refused,
    status: toStore(pbx.status$),
    seeded: toStore(seeded$),
    queues: toStore(queueList$.pipe(map(list => [...list].sort(byNumber)))),
    agents: toStore(agents$),
    calls: toStore(callList$.pipe(map(list => list.filter(isLive)))),
    figures: toStore(figures$),
    asked: toStore(requests.list$),
    pop: toStore(pops.pop$),
    requests,
    pops,
    find: calls.find,
    tryAgain: () => again$.next(),
  }
}
