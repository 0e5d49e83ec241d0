import { readFileSync, rmSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { resolve } from 'node:path'
import commonjs from '@rollup/plugin-commonjs'
import nodeResolve from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import dts from 'rollup-plugin-dts'
import license from 'rollup-plugin-license'
import { swc } from 'rollup-plugin-swc3'

const { dependencies, name, version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'))
const deps = Object.keys(dependencies)

const external = id =>
  id.startsWith('node:') || builtinModules.includes(id) || deps.some(dep => id === dep || id.startsWith(`${dep}/`))

/**
 * The sources write 'fp-ts/Either'. Node's ESM loader cannot import that folder and wants the file, which is CommonJS; a bundler wants its ES module
 * twin, which it can shake. What is imported from the root stays.
 */
const deep = folder => id => id.replace(/^((?:fp|io)-ts)\/(?!lib\/|es6\/)(.+)$/, `$1/${folder}/$2.js`)

/** Warnings are errors; the one that is let through is harmless. */
function onwarn(warning) {
  // fp-ts and io-ts are compiled with a `this && …` helper, which an ES module turns into `undefined && …`, as the helper expects
  if (warning.code === 'THIS_IS_UNDEFINED' && /node_modules\/(fp|io)-ts\//.test(warning.id ?? '')) return
  throw new Error(`The build warned: ${warning.message}`)
}

/** Nothing of an earlier build may end up in the package. */
const emptied = {
  name: 'emptied',
  buildStart: () => rmSync(new URL('./dist', import.meta.url), { recursive: true, force: true }),
}

const typescript = () =>
  swc({ tsconfig: false, sourceMaps: true, jsc: { target: 'es2022', parser: { syntax: 'typescript' } } })

/** What is bundled with us keeps its licence: all of them in one file beside the bundles, which name it. */
const licences = license({
  banner: { content: `! ${name} ${version}, MIT. What it bundles: viptel-pbx.min.LICENSE.txt` },
  thirdParty: { output: 'dist/viptel-pbx.min.LICENSE.txt' },
})

/** In a page isomorphic-ws is nothing but the page's own class, looked for in four places of which every engine of this decade has the first. */
const pageWebSocket = {
  name: 'page-web-socket',
  resolveId: id => (id === 'isomorphic-ws' ? `\0${id}` : undefined),
  load: id => (id === '\0isomorphic-ws' ? 'export default globalThis.WebSocket' : undefined),
}

/** `hoistTransitiveImports` would add bare imports of what other chunks import; `es2015` lets rollup write short, modern glue. */
const output = options => ({
  dir: 'dist',
  sourcemap: true,
  generatedCode: 'es2015',
  hoistTransitiveImports: false,
  ...options,
})

const client = { index: 'src/index.ts' }
const all = { ...client, simulator: 'src/simulator/index.ts' }

/** The built entry that a source file becomes; undefined for what is none. */
const entryOf = id => {
  const entry = Object.entries(all).find(([, source]) => id === resolve(source))
  return entry && `./${entry[0]}.js`
}

export default [
  {
    input: all,
    external,
    onwarn,
    plugins: [emptied, typescript()],
    output: output({ format: 'es', entryFileNames: '[name].js', chunkFileNames: 'shared.js', paths: deep('lib') }),
  },
  {
    input: all,
    external,
    onwarn,
    plugins: [typescript()],
    // isomorphic-ws is CommonJS in Node, and an ES module that `require` wraps in a bundle: 'auto' takes the default export of both
    output: output({
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: 'shared.cjs',
      exports: 'named',
      interop: 'auto',
      paths: deep('lib'),
    }),
  },
  {
    // stands on the two entries as a user's program does
    input: { cli: 'src/cli/bin.ts' },
    external: id => external(id) || entryOf(id) !== undefined,
    onwarn,
    plugins: [typescript()],
    output: output({ format: 'es', entryFileNames: '[name].js', paths: entryOf }),
  },
  {
    input: { browser: client.index },
    external: id => id !== 'isomorphic-ws' && external(id),
    onwarn,
    plugins: [pageWebSocket, typescript()],
    output: output({ format: 'es', entryFileNames: '[name].js', paths: deep('es6') }),
  },
  {
    input: client.index,
    onwarn,
    // without the condition rxjs resolves to its larger ES5 build
    plugins: [
      pageWebSocket,
      typescript(),
      nodeResolve({ browser: true, exportConditions: ['es2015'] }),
      commonjs(),
      terser(),
      licences,
    ],
    output: [
      { file: 'dist/viptel-pbx.min.js', format: 'umd', name: 'ViptelPbx', sourcemap: true, generatedCode: 'es2015' },
      { file: 'dist/viptel-pbx.min.mjs', format: 'es', sourcemap: true, generatedCode: 'es2015' },
    ],
  },
  // each declaration file by itself: types that both entries use are declared in both, so that neither depends on a file without a public name
  ...Object.entries(all).map(([name, input]) => ({
    input,
    external,
    onwarn,
    plugins: [dts()],
    output: ['ts', 'cts'].map(extension => ({ file: `dist/${name}.d.${extension}`, format: 'es', paths: deep('lib') })),
  })),
]
