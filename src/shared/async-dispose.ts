/**
 * `{ [Symbol.asyncDispose](): Promise<void> }` where the consumer's `lib` has that symbol, nothing elsewhere: our
 * declarations need no lib for it.
 */
export type AsyncDispose = SymbolConstructor extends { readonly asyncDispose: infer S extends symbol }
  ? { readonly [K in S]: () => Promise<void> }
  : object

/** Adds `Symbol.asyncDispose` where the runtime knows it. */
export function disposable<T extends object>(target: T, dispose: () => Promise<void>): T & AsyncDispose {
  // Absent from older runtimes, and from the types of those who compile for them.
  const asyncDispose: symbol | undefined = Reflect.get(Symbol, 'asyncDispose')
  return (asyncDispose === undefined ? target : Object.defineProperty(target, asyncDispose, { value: dispose })) as T &
    AsyncDispose
}
