import type { Telephony } from '../../src/simulator/server/telephony.js'

/** Telephones that refuse everything. A spec replaces the members that it needs. */
export const noTelephony: Telephony = {
  now: Date.now,
  create: () => 'action-failed',
  hangup: () => 'action-failed',
  redirect: () => 'action-failed',
}
