/** The PBX that the page connects to. */
export interface Address {
  readonly url: string
  /** An address that a link asked for in vain. */
  readonly refused?: string
  /** Whether a link chose the PBX, so that the snapshots of the page's server are of another. */
  readonly foreign: boolean
}

/** Whether an address is on this machine itself. A program that listens there has other ways to do harm. */
function isLoopback(text: string): boolean {
  try {
    const { protocol, hostname, username, password } = new URL(text)
    const isWebSocket = protocol === 'ws:' || protocol === 'wss:'
    return (
      isWebSocket &&
      username === '' &&
      password === '' &&
      (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname))
    )
  } catch {
    return false
  }
}

/**
 * Chooses the address that the page's server names. A link (`?pbx=` or `#pbx=`) may name a simulator on the viewer's
 * machine and nothing else: a stranger who chooses the server that the page logs in to can relay a real nonce, and be
 * logged in as the viewer.
 */
export function chooseAddress(own: string, { search, hash }: Pick<Location, 'search' | 'hash'>): Address {
  const asked = new URLSearchParams(search).get('pbx') ?? new URLSearchParams(hash.slice(1)).get('pbx')
  if (asked === null || asked === own) return { url: own, foreign: false }
  return isLoopback(asked) ? { url: asked, foreign: true } : { url: own, foreign: false, refused: asked }
}
