import { EMPTY, filter, fromEvent, interval, map, merge, type Observable } from 'rxjs'

/** The page's own happenings that make another try worthwhile at once: the network is back, the tab is looked at again, the page was thawed. Silent in Node. */
export function pageWake(): Observable<unknown> {
  const page = globalThis as { addEventListener?: unknown; document?: Document }
  if (typeof page.addEventListener !== 'function') return EMPTY
  const { document } = page
  const seen$ =
    document === undefined
      ? EMPTY
      : merge(fromEvent(document, 'visibilitychange').pipe(filter(() => document.visibilityState === 'visible')), fromEvent(document, 'resume'))
  return merge(fromEvent(globalThis as unknown as EventTarget, 'online'), fromEvent(globalThis as unknown as EventTarget, 'pageshow'), seen$)
}

/** ms between looks at the clock while waiting. */
const TICK = 1_000

/** Emits when the wall clock has passed `time`. Timers stand still while a machine sleeps; the wall clock does not, so this finds out on return. */
export function clockPasses(time: number, now: () => number): Observable<unknown> {
  return interval(TICK).pipe(
    map(() => now()),
    filter(at => at >= time),
  )
}
