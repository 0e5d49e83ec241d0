import { readFileSync } from 'node:fs'

interface Locked {
  readonly resolved?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

describe.each(['package-lock.json', 'demo/wallboard/package-lock.json'])('%s', path => {
  const { packages } = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Locked> }

  it('has every native package for every system, or `npm ci` would fail on other systems', () => {
    const missing = Object.entries(packages).flatMap(([at, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {}).filter(
        name => !packages[`node_modules/${name}`] && !packages[`${at}/node_modules/${name}`],
      ),
    )
    expect(missing).toEqual([])
  })

  it('names no registry but the public one', () => {
    const hosts = Object.values(packages).flatMap(({ resolved }) =>
      resolved === undefined ? [] : [new URL(resolved).host],
    )
    // the wallboard's lock names this package by its folder, which has no host
    expect(hosts.filter(host => host !== 'registry.npmjs.org' && host !== '')).toEqual([])
  })
})
