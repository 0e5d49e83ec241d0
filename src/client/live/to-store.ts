import { type Observable, ReplaySubject, type Subscription } from 'rxjs'
import { same } from './call-state.js'
import { glance } from './tracker.js'

/** A stream as user interfaces read it: React's `useSyncExternalStore`, Vue's `shallowRef`, Svelte's stores. */
export interface Store<T> {
  /** Tells the present at once and every change of it, until the returned function is called. */
  subscribe(listener: (value: T) => void): () => void
  /** The present; the same object until it changes. */
  getSnapshot(): T
}

/**
 * Makes a store of a tracker's `list$`, or of what is piped from one. It holds the connection while it has listeners, and only then. After a terminal error it
 * keeps its last value: `status$` tells that there is no connection; the next first listener tries again.
 *
 * Read without listeners it looks at the lists alone: what is piped from the same lists is taken for the same, whatever else it is made of. Throws a TypeError when
 * read if the stream does not begin with its present.
 */
export function toStore<T>(list$: Observable<T>): Store<T> {
  const values = new ReplaySubject<T>(1)
  let value: readonly [T] | undefined
  /** The lists that the value was made from. */
  let sources: readonly unknown[] = []
  let following: Subscription | undefined

  const listen = (next: (value: T) => void) => list$.subscribe({ next, error: () => {} })
  const present = (): T => {
    let seen: typeof value
    if (!following) {
      const lists = glance(() => listen(now => (seen = [now])).unsubscribe())
      // what is mapped from the same lists is the same
      if (seen && !(value && lists.length > 0 && same(lists, sources))) {
        value = seen
        sources = lists
      }
    }
    if (!value) throw new TypeError('A store needs a stream that begins with its present, such as list$.')
    return value[0]
  }

  return {
    getSnapshot: present,
    subscribe: listener => {
      if (!values.observed) {
        const shown = present()
        values.next(shown)
        following = listen(next => {
          // it begins with what was just seen, unless something beside the lists has changed
          if (!following && (next === shown || (Array.isArray(next) && Array.isArray(shown) && same(next, shown))))
            return
          if (following) sources = []
          value = [next]
          values.next(next)
        })
      }
      const listening = values.subscribe(listener)
      return () => {
        listening.unsubscribe()
        if (values.observed) return
        following?.unsubscribe()
        following = undefined
      }
    },
  }
}
