import type { Observable, Subscription } from 'rxjs'
import { glance } from './present.js'

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
 * Throws a TypeError when read if the stream does not begin with its present.
 */
export function toStore<T>(list$: Observable<T>): Store<T> {
  const listeners = new Set<(value: T) => void>()
  let value: { readonly now: T } | undefined
  /** The lists that the value was made from. */
  let sources: readonly unknown[] = []
  let following: Subscription | undefined

  const look = () => {
    let seen: typeof value
    const lists = glance(() =>
      list$
        .subscribe({
          next: now => {
            seen = { now }
          },
          error: () => {},
        })
        .unsubscribe(),
    )
    if (seen === undefined) return
    // what is mapped from the same lists is the same
    if (value !== undefined && lists.length > 0 && lists.length === sources.length && lists.every((list, index) => list === sources[index])) return
    sources = lists
    value = seen
  }
  const present = (): T => {
    if (following === undefined) look()
    if (value === undefined) throw new TypeError('A store needs a stream that begins with its present, such as list$.')
    return value.now
  }
  const follow = () => {
    const { now } = { now: present() }
    let first = true
    following = list$.subscribe({
      next: next => {
        // it begins with what was just seen
        if (first) {
          first = false
          value = { now: sources.length > 0 ? now : next }
          return
        }
        sources = []
        value = { now: next }
        for (const listener of [...listeners]) if (listeners.has(listener)) guarded(listener, next)
      },
      error: () => {},
    })
  }

  return {
    getSnapshot: present,
    subscribe: listener => {
      // one listener that subscribes twice leaves twice
      const own = (now: T) => listener(now)
      if (listeners.size === 0) follow()
      listeners.add(own)
      guarded(own, present())
      return () => {
        if (!listeners.delete(own) || listeners.size > 0) return
        following?.unsubscribe()
        following = undefined
      }
    },
  }
}

/** One that throws harms nobody else; it is reported as an uncaught error is. */
function guarded<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value)
  } catch (error) {
    setTimeout(() => {
      throw error
    })
  }
}
