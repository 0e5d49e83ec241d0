import type { PendingAction } from './pending-action.js'

/** Actions in the order of asking, and how many are on the wire without an outcome. */
export class SendQueue {
  readonly #concurrency: number
  readonly #occupied = new Set<PendingAction>()
  #waiting = new Set<PendingAction>()

  /** @param concurrency the most actions that may be on the wire without an outcome */
  constructor(concurrency: number) {
    this.#concurrency = concurrency
  }

  /** The actions that wait, in the order of asking. */
  get all(): Iterable<PendingAction> {
    return this.#waiting
  }

  /** The next action to be written, whether or not it may go. */
  get first(): PendingAction | undefined {
    for (const action of this.#waiting) return action
    return undefined
  }

  /** Whether the next action has to wait for an outcome of earlier ones. */
  get isFull(): boolean {
    return this.#occupied.size + 1 > this.#concurrency
  }

  add(action: PendingAction): void {
    this.#waiting.add(action)
  }

  /** An action that the socket did not take is the first again. */
  putBack(action: PendingAction): void {
    this.#waiting = new Set([action, ...this.#waiting])
  }

  remove(action: PendingAction): void {
    this.#waiting.delete(action)
  }

  occupySlot(action: PendingAction): void {
    this.#occupied.add(action)
  }

  freeSlot(action: PendingAction): void {
    this.#occupied.delete(action)
  }
}
