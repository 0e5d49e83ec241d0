/** Calls `run` whenever another try becomes worthwhile at once, until the returned function is called. */
export type Wake = (run: (event: unknown) => void) => () => void

/** Wakes at the page's own happenings: the network is back, the tab is looked at again, the page was thawed. Silent in Node. */
export const pageWake: Wake = run => {
  const page = globalThis as { document?: Document } & Partial<EventTarget>
  const { document } = page
  const heard = (event: Event) => {
    if (event.type !== 'visibilitychange' || document?.visibilityState === 'visible') run(event)
  }
  // the first two are the page's, the others the document's
  const listen = (how: 'addEventListener' | 'removeEventListener') => {
    for (const name of ['online', 'pageshow', 'visibilitychange', 'resume'])
      for (const target of [page, document]) target?.[how]?.(name, heard)
  }
  listen('addEventListener')
  return () => listen('removeEventListener')
}
