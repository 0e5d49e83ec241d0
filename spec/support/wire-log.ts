import { WebSocket } from 'ws'

/** A text frame that the client has written to one of its sockets. */
export interface Written {
  /** Counts the client's sockets from 1. */
  readonly socket: number
  /** ms since the epoch. */
  readonly at: number
  readonly text: string
  readonly frame: Readonly<Record<string, unknown>>
}

/** The real socket of `ws`, with a log of the written frames. */
export interface WireLog {
  /** For the client's option of this name. */
  readonly WebSocket: typeof WebSocket
  /** Oldest first. */
  readonly written: readonly Written[]
  /** Written call actions: neither login nor logout. */
  readonly actions: readonly Written[]
}

export function createWireLog(): WireLog {
  const written: Written[] = []
  let sockets = 0

  class LoggedSocket extends WebSocket {
    readonly n = ++sockets

    override send(...given: unknown[]): void {
      const at = Date.now()
      Reflect.apply(super.send, this, given)
      const text = String(given[0])
      written.push({ socket: this.n, at, text, frame: JSON.parse(text) })
    }
  }

  return {
    WebSocket: LoggedSocket,
    written,
    get actions() {
      return written.filter(isAction)
    },
  }
}

/** Whether a frame is a call action. */
export function isAction({ frame }: { readonly frame: unknown }): boolean {
  return String((frame as { action?: unknown } | null)?.action).startsWith('call.')
}
