import { callActions } from './call-actions.js'
import type { PbxLink } from './pbx-link.js'
import { responseFor } from './response-table.js'
import type { Telephony } from './telephony.js'
import type { UserDirectory } from './users.js'

/**
 * An action of a logged-in client, other than login and logout. Its name is a non-empty string; nothing else is
 * checked.
 */
export interface ActionRequest {
  readonly action: string
  /** The whole frame of the client. */
  readonly frame: Readonly<Record<string, unknown>>
  readonly username: string
  /** `now()` at the 202 of the client. */
  readonly since: number
}

/**
 * Routes actions from the sessions to the telephones, if they are known, permitted, possible and valid, in this order.
 */
export interface ActionRouter {
  /** ms since the epoch, in the telephones' own time. */
  now(): number
  /** Gives the response; undefined for an action that was carried out. */
  perform(request: ActionRequest): object | undefined
}

export interface ActionRouterParts {
  users: UserDirectory
  link: PbxLink
  telephony: Telephony
  /** Whether `*` and `#` are allowed in a destination. */
  featureCodes: boolean
}

export function createActionRouter({ users, link, telephony, featureCodes }: ActionRouterParts): ActionRouter {
  return {
    now: () => telephony.now(),
    perform: ({ action, frame, username, since }) => {
      const known = callActions.get(action)
      if (known === undefined) return responseFor('unknown-action')
      if (!users.mayUse(username, action)) return responseFor('not-allowed')
      if (link.failure !== undefined) return responseFor(link.failure)
      const errors = known.errors(frame, featureCodes)
      if (errors !== undefined) return responseFor('invalid-values', { errors })
      const refused = known.perform(telephony, frame, since)
      return refused && responseFor(refused)
    },
  }
}
