import { createRequire } from 'node:module'

/** The version of this package, by its own name: the sources and the built file lie at different depths. */
export const { version } = createRequire(import.meta.url)('viptel-pbx/package.json') as { readonly version: string }
