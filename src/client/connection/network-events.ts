/** Calls `run` whenever another try becomes worthwhile at once, until the returned function is called. */
export type NetworkEvents = (run: (event: unknown) => void) => () => void

/** The page's own: the network is back, the tab is looked at again, the page was thawed. Silent in Node. */
export const pageNetworkEvents: NetworkEvents = run => {
  const page: { document?: Document } & Partial<EventTarget> = globalThis
  const { document } = page
  const runWhenVisible = (event: Event) => {
    if (event.type !== 'visibilitychange' || document?.visibilityState === 'visible') run(event)
  }
  // `online` and `pageshow` are events of the page, `visibilitychange` and `resume` of the document
  const change = (method: 'addEventListener' | 'removeEventListener') => {
    for (const name of ['online', 'pageshow', 'visibilitychange', 'resume']) {
      for (const target of [page, document]) target?.[method]?.(name, runWhenVisible)
    }
  }
  change('addEventListener')
  return () => change('removeEventListener')
}
