import type { ActionName } from '../errors.js'
import type { Ticket } from './ticket.js'

/** What is known of an action that may have earned a response. */
export type Standing = 'open' | 'uncertain' | 'confirmed'

/** The actions that may have earned an error response, in the order of their writing. What is asked of them costs the same however many are open. */
export interface Candidates {
  /** New, or known under another standing. It keeps its place in the order of writing. */
  put(ticket: Ticket, standing: Standing): void
  remove(ticket: Ticket): void
  standing(ticket: Ticket): Standing | undefined
  /** How many of these actions there are, whatever their standing. */
  count(actions: readonly ActionName[]): number
  /** The first written of these actions that is not confirmed. */
  oldest(actions: readonly ActionName[]): Ticket | undefined
  /** All that are open. */
  open(): Ticket[]
  clear(): void
}

interface Entry {
  readonly ticket: Ticket
  readonly order: number
}

export function createCandidates(): Candidates {
  let written = 0
  const standings = new Map<Ticket, { readonly standing: Standing; readonly order: number }>()
  // sets remember the order of insertion; an action becomes uncertain later than it was written, so those need their order kept
  const byGroup = new Map<string, Map<Ticket, Entry>>()
  const group = (action: ActionName, standing: Standing) => {
    const key = `${action} ${standing}`
    const known = byGroup.get(key) ?? new Map<Ticket, Entry>()
    byGroup.set(key, known)
    return known
  }
  const remove = (ticket: Ticket) => {
    const known = standings.get(ticket)
    if (known === undefined) return
    standings.delete(ticket)
    group(ticket.action, known.standing).delete(ticket)
  }

  return {
    put: (ticket, standing) => {
      const order = standings.get(ticket)?.order ?? written++
      remove(ticket)
      standings.set(ticket, { standing, order })
      group(ticket.action, standing).set(ticket, { ticket, order })
    },
    remove,
    standing: ticket => standings.get(ticket)?.standing,
    count: actions => actions.reduce((sum, action) => sum + group(action, 'open').size + group(action, 'uncertain').size + group(action, 'confirmed').size, 0),
    oldest: actions => {
      let found: Entry | undefined
      for (const action of actions) {
        // opened in the order of writing, so the first is the oldest
        const [first] = group(action, 'open').values()
        if (first !== undefined && (found === undefined || first.order < found.order)) found = first
        // uncertain ones are few: an outage makes them, and they leave by themselves
        for (const entry of group(action, 'uncertain').values()) if (found === undefined || entry.order < found.order) found = entry
      }
      return found?.ticket
    },
    open: () => [...standings].flatMap(([ticket, { standing }]) => (standing === 'open' ? [ticket] : [])),
    clear: () => {
      standings.clear()
      byGroup.clear()
    },
  }
}
