import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { manifest, packedFiles, packedText } from './consumer.js'

/** Every string in a nested object. */
const leaves = (part: unknown): string[] =>
  typeof part === 'string' ? [part] : Object.values(part ?? {}).flatMap(leaves)

/** Names of the modules that a module imports, requires or re-exports, each once. */
function imports(code: string): string[] {
  // a property or a text `from` is no import
  const found = code.matchAll(/(?:(?<![.'"])\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"])([^'"\n]+)\1/g)
  return [...new Set([...found].map(match => match[2] ?? ''))].sort()
}

const isBuiltin = (name: string) => name.startsWith('node:') || builtinModules.includes(name)
const withoutComments = (code: string) => code.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')

describe('the tarball', () => {
  it('holds every file that its description names', async () => {
    const { main, module, types, unpkg, jsdelivr, exports, bin } = manifest()
    const named = leaves({ main, module, types, unpkg, jsdelivr, exports, bin }).map(path => path.replace('./', ''))
    expect(await packedFiles()).toEqual(expect.arrayContaining(named))
  })

  it('holds the build and the papers, nothing else', async () => {
    const built = (...names: string[]) => names.flatMap(name => [`dist/${name}`, `dist/${name}.map`])
    const declared = ['index', 'simulator'].flatMap(name => [`dist/${name}.d.ts`, `dist/${name}.d.cts`])
    const code = built(
      'index.js',
      'index.cjs',
      'simulator.js',
      'simulator.cjs',
      'shared.js',
      'shared.cjs',
      'browser.js',
      'cli.js',
      'viptel-pbx.min.js',
      'viptel-pbx.min.mjs',
    )
    const docs = readdirSync('docs').map(name => `docs/${name}`)
    const papers = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist/viptel-pbx.min.LICENSE.txt']
    expect(await packedFiles()).toEqual([...code, ...declared, ...docs, ...papers].sort())
  })

  it('says nothing about the machine it was built on', async () => {
    for (const path of await packedFiles())
      expect({ path, found: (await packedText(path)).includes(`${process.cwd()}/`) }).toEqual({ path, found: false })
  })

  it('has source maps that hold their sources', async () => {
    const maps = (await packedFiles()).filter(path => path.endsWith('.map'))
    for (const path of maps) {
      const { sources, sourcesContent } = JSON.parse(await packedText(path)) as {
        sources: string[]
        sourcesContent: (string | null)[]
      }
      expect(sources.length).toBeGreaterThan(0)
      expect(sourcesContent).toEqual(sources.map(() => expect.any(String)))
    }
  })

  it('declares types that need none of Node or ws', async () => {
    const declarations = (await packedFiles()).filter(path => /\.d\.c?ts$/.test(path))
    for (const path of declarations) {
      const text = await packedText(path)
      expect(
        imports(text).filter(name => !name.startsWith('./') && !/^(rxjs|io-ts|fp-ts\/lib\/\w+\.js)$/.test(name)),
      ).toEqual([])
      expect(text).not.toContain('<reference')
      expect(withoutComments(text)).not.toMatch(/\b(ws|Buffer|NodeJS|node:)\b/)
    }
  })

  it('gives bundlers a client without ws and without Node', async () => {
    const needed = imports(await packedText('dist/browser.js'))
    expect(needed).toContain('rxjs')
    expect(needed.filter(name => name === 'ws' || isBuiltin(name) || name.startsWith('.'))).toEqual([])
    // the modules under es6 are those that a bundler can shake
    expect(needed.filter(name => /^(fp|io)-ts\//.test(name) && !name.includes('/es6/'))).toEqual([])
  })

  it.each(['dist/viptel-pbx.min.js', 'dist/viptel-pbx.min.mjs'])(
    'gives pages %s, which needs nothing else',
    async path => {
      const code = await packedText(path)
      expect(imports(code)).toEqual([])
      // only ws's own handshake writes this header
      expect(code).not.toMatch(/\bnode:|\bBuffer\b|\bprocess\.|Sec-WebSocket|ws does not work in the browser/)
    },
  )
})

describe('the papers', () => {
  it('point at nothing that the tarball does not have', async () => {
    const files = await packedFiles()
    for (const path of files.filter(file => file.endsWith('.md'))) {
      const links = [...(await packedText(path)).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) =>
        posix.join(posix.dirname(path), link),
      )
      expect({ path, dead: links.filter(link => !files.includes(link)) }).toEqual({ path, dead: [] })
    }
  })

  it('name the licence of all that the bundles for pages hold', async () => {
    const licences = await packedText('dist/viptel-pbx.min.LICENSE.txt')
    for (const path of ['dist/viptel-pbx.min.js', 'dist/viptel-pbx.min.mjs']) {
      expect((await packedText(path)).slice(0, 200)).toContain('viptel-pbx.min.LICENSE.txt')
      const { sources } = JSON.parse(await packedText(`${path}.map`)) as { sources: string[] }
      const bundled = new Set(sources.flatMap(source => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []))
      expect(bundled.size).toBeGreaterThan(2)
      for (const name of bundled) expect(licences).toMatch(new RegExp(`^Name: ${name}$`, 'm'))
    }
  })

  it('name one version', () => {
    const newest = /^## \[(\d[^\]]*)\]/m.exec(readFileSync('CHANGELOG.md', 'utf8'))?.[1]
    expect(newest).toBe(manifest().version)
  })
})
