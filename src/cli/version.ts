import { createRequire } from 'node:module'

/**
 * The version of this package. The package is required by its name, since sources and built file lie at different
 * depths.
 */
export const version = readVersion(createRequire(import.meta.url)('viptel-pbx/package.json'))

function readVersion(manifest: { readonly version: string }): string {
  return manifest.version
}
