/**
 * What the server knows of the PBX behind it.
 *
 * ```
 * reachable ──lost──▶ retrying ──given up──▶ unreachable
 *     ▲──────found───────┴─────────found─────────┘        (given up without having been lost, too)
 * ```
 */
export interface PbxLink {
  /** What an action gets instead of being carried out; undefined while the PBX is reachable. */
  readonly trouble: 'pbx-retrying' | 'pbx-unreachable' | undefined
  /** Whether who logs in while it is unreachable is told so and sent away, as has been seen in the field. */
  readonly sendsAway: boolean
  /** True when this is news. */
  lose(): boolean
  /** True when this is news. */
  giveUp(sendsAway: boolean): boolean
  find(): void
}

export function createPbxLink(): PbxLink {
  let trouble: PbxLink['trouble']
  let sendsAway = false
  const become = (now: PbxLink['trouble'], sending = false) => {
    const news = trouble !== now
    trouble = now
    sendsAway = sending
    return news
  }
  return {
    get trouble() {
      return trouble
    },
    get sendsAway() {
      return sendsAway
    },
    lose: () => become('pbx-retrying'),
    giveUp: sending => become('pbx-unreachable', sending),
    find: () => {
      become(undefined)
    },
  }
}
