import { callActions } from './call-actions.js'
import type { PbxLink } from './pbx-link.js'
import { answer } from './response-table.js'
import type { Telephony } from './telephony.js'
import type { UserDirectory } from './users.js'

/** An action of a client that is logged in, other than login and logout: its name is a non-empty string, nothing else is known to be right. */
export interface ActionRequest {
  readonly action: string
  /** The whole frame as it came. */
  readonly frame: Readonly<Record<string, unknown>>
  readonly username: string
  /** `now()` at the asker's 202. */
  readonly since: number
}

/** Stands between the sessions and the telephones: lets through what is known, permitted, possible and valid, checked in this order. */
export interface Switchboard {
  /** ms since the epoch, in the telephones' own time. */
  now(): number
  /** The response, or nothing for an action that was carried out. */
  perform(request: ActionRequest): object | undefined
}

export interface SwitchboardParts {
  users: UserDirectory
  link: PbxLink
  telephony: Telephony
  /** Whether `*` and `#` may be in a number that is called. */
  featureCodes: boolean
}

export function createSwitchboard({ users, link, telephony, featureCodes }: SwitchboardParts): Switchboard {
  return {
    now: () => telephony.now(),
    perform: ({ action, frame, username, since }) => {
      const known = callActions.get(action)
      if (known === undefined) return answer('unknown-action')
      if (!users.allows(username, action)) return answer('not-allowed')
      if (link.trouble !== undefined) return answer(link.trouble)
      const errors = known.errors(frame, featureCodes)
      if (errors !== undefined) return answer('invalid-values', { errors })
      const refused = known.ask(telephony, frame, since)
      return refused && answer(refused)
    },
  }
}
