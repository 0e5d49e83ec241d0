// @ts-check
// The signer by itself, in front of a live PBX. Every setting comes from the environment: every user of the machine can
// read arguments.
import { fileURLToPath } from 'node:url'
import { createSigner } from './server.js'
import { readUsers } from './users.js'

/**
 * The value of a variable; throws where it is not set and has no fallback.
 *
 * @param {string} name
 * @param {string} [fallback]
 */
const setting = (name, fallback) => {
  const value = process.env[name] || fallback
  if (value === undefined) throw new TypeError(`Set ${name}; see demo/signer/README.md.`)
  return value
}

try {
  const port = Number(setting('PORT', '8080'))
  const host = setting('HOST', '127.0.0.1')
  const origin = setting('ORIGIN', `http://127.0.0.1:${port}`)
  const { server } = createSigner({
    account: { username: setting('VIPTEL_USERNAME'), password: setting('VIPTEL_PASSWORD') },
    pbx: setting('VIPTEL_URL', 'wss://pbxwssv1.viptel.sk:8088/'),
    users: readUsers(setting('DASHBOARD_USERS')),
    origin,
    folder: fileURLToPath(new URL('../wallboard/dist/', import.meta.url)),
  })
  server.listen(port, host, () => console.log(`The wallboard is at ${origin}/`))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
