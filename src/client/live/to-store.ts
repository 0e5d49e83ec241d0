import { type Observable, ReplaySubject, type Subscription } from 'rxjs'
import { isObject } from '../../shared/is-object.js'

/** A stream as user interfaces read it: React's `useSyncExternalStore`, Vue's `shallowRef`, Svelte's stores. */
export interface Store<T> {
  /** Calls the listener with the present at once and with every change of it, until the returned function is called. */
  subscribe(listener: (value: T) => void): () => void
  /** The present; the same object until it changes. */
  getSnapshot(): T
}

/** The number of nested containers that are compared: views are flat, and a circle must end. */
const DEPTH = 8

function areSameItems(a: readonly unknown[], b: readonly unknown[], depth: number): boolean {
  return a.length === b.length && a.every((one, index) => isSame(one, b[index], depth - 1))
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return isObject(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value))
}

/**
 * True if two values say the same. Shared parts are not looked into, so comparing lists of the same calls is cheap.
 */
function isSame(a: unknown, b: unknown, depth = DEPTH): boolean {
  if (Object.is(a, b)) return true
  if (depth === 0) return false
  if (Array.isArray(a) && Array.isArray(b)) return areSameItems(a, b, depth)
  if (a instanceof Map && b instanceof Map) return areSameItems([...a], [...b], depth)
  if (a instanceof Set && b instanceof Set) return areSameItems([...a], [...b], depth)
  if (!isPlainObject(a) || !isPlainObject(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every(name => Object.hasOwn(b, name) && isSame(a[name], b[name], depth - 1))
  )
}

/**
 * Makes a store of a tracker's `list$`, of what is piped from one, or of any stream that begins with its present. The
 * store holds the connection while it has listeners, and only then. After a terminal error it keeps its last value:
 * `status$` shows that there is no connection, and the next first listener tries again.
 *
 * Read without listeners, the store looks at the present of the stream each time. The store gives the value of the last
 * look again if the new one says the same: plain arrays, objects, maps and sets are compared by what is in them. Throws
 * a TypeError when read if the stream does not begin with its present.
 */
export function toStore<T>(list$: Observable<T>): Store<T> {
  const values = new ReplaySubject<T>(1)
  let value: readonly [T] | undefined
  let following: Subscription | undefined

  const listen = (next: (value: T) => void) => list$.subscribe({ next, error: () => {} })

  function getSnapshot(): T {
    if (!following) {
      let seen: readonly [T] | undefined
      listen(now => {
        seen = [now]
      }).unsubscribe()
      if (seen && !(value && isSame(seen, value))) value = seen
    }
    if (!value) throw new TypeError('A store needs a stream that begins with its present, such as list$.')
    return value[0]
  }

  function follow(): void {
    const shown = getSnapshot()
    values.next(shown)
    following = listen(next => {
      // the stream begins with what was just shown
      if (!following && isSame(next, shown)) return
      value = [next]
      values.next(next)
    })
  }

  function subscribe(listener: (value: T) => void): () => void {
    if (!values.observed) follow()
    const listening = values.subscribe(listener)
    return () => {
      listening.unsubscribe()
      if (values.observed) return
      following?.unsubscribe()
      following = undefined
    }
  }

  return { getSnapshot, subscribe }
}
