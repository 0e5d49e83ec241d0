/**
 * The link of the server to the PBX behind it. Giving up is possible without a loss before.
 *
 * ```
 * reachable ──lost──▶ retrying ──given up──▶ unreachable
 *     ▲──────found───────┴─────────found─────────┘
 * ```
 */
export interface PbxLink {
  /** Meaning of the response that every action gets; undefined while the PBX is reachable. */
  readonly failure: 'pbx-retrying' | 'pbx-unreachable' | undefined
  /** Whether a login while the PBX is unreachable is followed by 503 and a close, as seen in the field. */
  readonly closesLogins: boolean
  /** True when the state has changed. */
  lose(): boolean
  /** True when the state has changed. */
  giveUp(closesLogins: boolean): boolean
  find(): void
}

export function createPbxLink(): PbxLink {
  let failure: PbxLink['failure']
  let closesLogins = false
  const become = (next: PbxLink['failure'], closes = false) => {
    const hasChanged = failure !== next
    failure = next
    closesLogins = closes
    return hasChanged
  }
  return {
    get failure() {
      return failure
    },
    get closesLogins() {
      return closesLogins
    },
    lose: () => become('pbx-retrying'),
    giveUp: closes => become('pbx-unreachable', closes),
    find: () => {
      become(undefined)
    },
  }
}
