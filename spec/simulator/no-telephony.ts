import type { Telephony } from '../../src/simulator/server/telephony.js'

/** Telephones that do nothing: a spec replaces what it needs. */
export const noTelephony: Telephony = {
  now: Date.now,
  create: () => 'action-failed',
  hangup: () => 'action-failed',
  redirect: () => 'action-failed',
}
