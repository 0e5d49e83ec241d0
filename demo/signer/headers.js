// @ts-check
/**
 * The headers of every answer. The page may run its own files only, and connect only to this server, the PBX, and
 * simulators on the viewer's machine. The browser refuses the rest, whatever a link or a fault in the page asks for.
 *
 * @param {string} pbx the address of the PBX
 */
export const strictHeaders = pbx => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${new URL(pbx).origin} ws://127.0.0.1:* ws://localhost:*`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  // 'no-referrer' would hide the origin of a form, which the server checks
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
})
