// @ts-check
import { spawn } from 'node:child_process'

/**
 * Opens an address in a browser, if there is one; the terminal shows the address anyway.
 *
 * @param {string} address
 */
export function openBrowser(address) {
  const [program, args] =
    process.platform === 'darwin'
      ? ['open', [address]]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '', address]]
        : ['xdg-open', [address]]
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return
  const opened = spawn(program, args, { stdio: 'ignore', detached: true })
  opened.on('error', () => {})
  opened.unref()
}
