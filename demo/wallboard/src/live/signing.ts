import { LoginRejectedError } from 'viptel-pbx'

/** Asks the page's server for the login hash of a nonce. The password never comes into the page. */
export async function sign(nonce: string): Promise<string> {
  const response = await fetch('/sign', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ nonce }),
  })
  // a try without a session is pointless until the viewer logs in
  if (response.status === 401) throw new LoginRejectedError('The session has ended; log in again.')
  // any other failure may pass, and the client tries again
  if (!response.ok) throw new Error(`The signer answered ${response.status}.`)
  const { hash } = (await response.json()) as { hash: string }
  return hash
}
