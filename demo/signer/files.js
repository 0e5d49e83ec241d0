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
 * Reads files of the built page; undefined for what is none of them.
 *
 * @param {string} folder
 */
export const createFiles = folder => async (/** @type {string} */ path) => {
  const name = path === '/' ? '/index.html' : path
  const type = TYPES[extname(name)]
  // no way out of the folder, and no hidden files
  if (type === undefined || !/^(\/[\w-][\w.-]*)+$/.test(name)) return undefined
  try {
    return { type, body: await readFile(join(folder, name)) }
  } catch {
    return undefined
  }
}
