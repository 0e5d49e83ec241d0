// @ts-check
// The signer by itself, in front of a live PBX. All it needs comes from the environment: what is in an argument can be read by every user of the machine.
import { fileURLToPath } from 'node:url'
import { createSigner } from './server.js'

/** @param {string} name @param {string} [fallback] */
const setting = (name, fallback) => {
  const value = process.env[name] || fallback
  if (value === undefined) throw new TypeError(`Set ${name}; see demo/signer/README.md.`)
  return value
}

try {
  const port = Number(setting('PORT', '8080'))
  const host = setting('HOST', '127.0.0.1')
  const origin = setting('ORIGIN', `http://127.0.0.1:${port}`)
  const users = new Map(Object.entries(/** @type {Record<string, string>} */ (JSON.parse(setting('DASHBOARD_USERS')))))
  const { server } = createSigner({
    account: { username: setting('VIPTEL_USERNAME'), password: setting('VIPTEL_PASSWORD') },
    pbx: setting('VIPTEL_URL', 'wss://pbxwssv1.viptel.sk:8088/'),
    users,
    origin,
    folder: fileURLToPath(new URL('../wallboard/dist/', import.meta.url)),
  })
  server.listen(port, host, () => console.log(`The wallboard is at ${origin}/`))
} catch (error) {
  // a SyntaxError of JSON.parse would print what it read: passwords
  console.error(
    error instanceof SyntaxError
      ? 'DASHBOARD_USERS must be JSON: {"name":"password"}.'
      : /** @type {Error} */ (error).message,
  )
  process.exitCode = 2
}
