// @ts-check
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/**
 * Makes a reader of the built page's files, which gives undefined for any other path.
 *
 * @param {string} folder
 */
export const createFiles = folder => async (/** @type {string} */ path) => {
  const name = path === '/' ? '/index.html' : path
  const type = TYPES[extname(name)]
  // a path with '..' or a hidden file does not match
  if (type === undefined || !/^(\/[\w-][\w.-]*)+$/.test(name)) return undefined
  try {
    return { type, body: await readFile(join(folder, name)) }
  } catch {
    return undefined
  }
}
