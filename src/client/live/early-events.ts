import type { PbxEventOf } from '../../protocol/events.js'
import type { Ledger } from './call-store.js'

/** What was heard of an id that is no known call's. */
export interface Orphan {
  readonly pickup?: PbxEventOf<'call.pickup'>
  readonly end?: PbxEventOf<'call.end'>
  /** Of a call that is over, or was known and is forgotten: told again, it is no news. */
  readonly over?: true
}

export function remember({ orphans, memory }: Ledger, id: string, orphan: Orphan): void {
  orphans.set(id, { ...orphans.get(id), ...orphan })
  memory.put(id)
}

/** Not long ago its end was told, or that of its caller. */
export function hasEnded(ledger: Ledger, id: string): boolean {
  return isForgotten(ledger, id) || ledger.orphans.get(id)?.end !== undefined
}

export function isForgotten({ orphans }: Ledger, id: string): boolean {
  return orphans.get(id)?.over === true
}
