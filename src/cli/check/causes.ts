import type { ConnectionLoss } from '../../index.js'

// The usual causes of a failure, by the step at which it shows, the likeliest first.

const NOT_REPORTED =
  'The public IP address of this network was not reported to VIPTel, or has changed: only reported addresses are let in.'
const NOT_ACTIVATED = 'The WebSocket service is not activated for the account: VIPTel does it on request.'
const WRONG_PLACE = 'VIPTEL_URL names a wrong host or port; the usual address is wss://pbxwssv1.viptel.sk:8088/.'
const FIREWALL = 'A firewall between here and the PBX, perhaps one of your own, does not let this port through.'
const LATER =
  'The server has trouble of its own: try again in a few minutes; if it stays so, send the report to VIPTel.'

/** The first cause to name for an address without a port: the host answers at the usual port, with another service. */
export function causesOfMissingPort({ protocol, host, port }: URL): string[] {
  if (port !== '') return []
  const taken = protocol === 'wss:' ? 443 : 80
  return [
    `VIPTEL_URL has no port, so ${taken} was taken, where another service answers (at VIPTel SIP over WebSocket): write ${protocol}//${host}:8088/.`,
  ]
}

export function causesAtResolve(code: string): string[] {
  if (code === 'ENOTFOUND')
    return [
      'The host in VIPTEL_URL is mistyped.',
      'This machine has no network, or its DNS does not know names of the internet.',
    ]
  return ['This machine has no network, or its DNS does not answer.']
}

export function causesAtConnect(code: string): string[] {
  switch (code) {
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
    case 'EADDRNOTAVAIL':
      return ['This machine has no network, or no way to that address.', WRONG_PLACE]
    case 'ETIMEDOUT':
      return [NOT_REPORTED, NOT_ACTIVATED, FIREWALL, WRONG_PLACE]
    default:
      return [WRONG_PLACE, NOT_ACTIVATED, NOT_REPORTED]
  }
}

export function causesAtTls(code: string): string[] {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return [
        "The server's certificate has expired; or the clock of this machine is wrong.",
        'If the clock is right, tell VIPTel.',
      ]
    case 'CERT_NOT_YET_VALID':
      return ['The clock of this machine is wrong.']
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return ['The certificate is for another name than the host in VIPTEL_URL; use the name, not an IP address.']
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_GET_ISSUER_CERT':
      return [
        'A proxy or virus scanner of your network opens the connection with a certificate of its own: name its authority in NODE_EXTRA_CA_CERTS, or except this host.',
        "The server's certificate comes from an authority that Node does not know: tell VIPTel.",
      ]
    case 'ETIMEDOUT':
    case 'ECONNRESET':
      return [NOT_REPORTED, NOT_ACTIVATED, FIREWALL, WRONG_PLACE]
    default:
      return [
        'What answers at this port does not speak TLS: a wrong port, or a server that is meant to be reached by ws://.',
        WRONG_PLACE,
        FIREWALL,
      ]
  }
}

export function causesAtGreeting(kind: ConnectionLoss['kind'] | undefined): string[] {
  switch (kind) {
    case 'refused':
      return [NOT_ACTIVATED, NOT_REPORTED, WRONG_PLACE]
    case 'login-timeout':
      return ['Another service answers at this port.', NOT_ACTIVATED, LATER]
    case 'closed':
    case 'torn':
      return [NOT_REPORTED, NOT_ACTIVATED, 'A proxy on the way does not let WebSockets through.']
    default:
      return [LATER]
  }
}

/** @param refusal the text of a 401; undefined when the login failed otherwise */
export function causesAtLogin(refusal: string | undefined): string[] {
  if (refusal === undefined) return [LATER, 'The network between is very slow, or cuts connections.']
  if (/not activated/i.test(refusal))
    return ['The user exists, but its WebSocket service is not activated: VIPTel does it on request.']
  return [
    'VIPTEL_USERNAME or VIPTEL_PASSWORD is wrong: they are the login of the API, not that of the web manager.',
    'In a .env file a value with # or spaces at its ends needs quotes.',
    'The password was changed, or the user was removed.',
  ]
}

export function causesAtPbx(pbx: 'retrying' | 'unreachable' | 'lost'): string[] {
  switch (pbx) {
    case 'retrying':
      return [
        'The login is right, but the server has lost the PBX behind it and keeps trying: try again in a few minutes.',
        'If it stays so, send the report to VIPTel.',
      ]
    case 'unreachable':
      return [
        'The login is right, but the server cannot reach the PBX behind it. Nothing can be done about it from here: send the report to VIPTel.',
      ]
    case 'lost':
      return ['The login is right, but the connection did not last.', LATER]
  }
}
