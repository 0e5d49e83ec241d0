// @ts-check
/**
 * What every answer carries. The page may run its own files only, and connect to nobody but this server, the PBX, and simulators on the viewer's machine:
 * whatever a link or a fault in the page says, the browser refuses the rest.
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
  // not no-referrer: with it a browser hides the origin of a form, which is what is checked
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
})
