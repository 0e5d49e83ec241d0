import type { PbxEvent, PbxEventOf } from '../../protocol/events.js'

/** The events that tell something of a call. */
export type CallEvent = PbxEventOf<'call.begin' | 'call.pickup' | 'call.end' | 'call.create_response'>

/** How far a call can come: places in {@link PHASES}. */
export type Step = 0 | 1 | 2 | 3 | 4
export const CREATED = 1
export const RINGING = 2
export const ANSWERED = 3
export const OVER = 4
export const PHASES = ['sent', 'created', 'ringing', 'answered', 'ended', 'lost'] as const

const STEPS = {
  'call.create_response': CREATED,
  'call.begin': RINGING,
  'call.pickup': ANSWERED,
  'call.end': OVER,
} as const

/** How far an event brings a call; undefined for what tells nothing of one. */
export function stepOf({ event }: PbxEvent): Step | undefined {
  return (STEPS as { readonly [event: string]: Step })[event]
}

/** How far a call in a phase has come. */
export function rankOf(phase: (typeof PHASES)[number]): number {
  return Math.min(PHASES.indexOf(phase), OVER)
}
