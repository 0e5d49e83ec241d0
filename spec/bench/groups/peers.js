import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compare, interleave, measureSide, withServer } from '../support/rounds.js'
import { formatFigure, formatTable } from '../support/statistics.js'

/** The libraries, with the server that speaks their protocol. */
const PEERS = {
  obs: { name: 'obs-websocket-js', version: '5.0.8', server: 'obs-server' },
  homeAssistant: { name: 'home-assistant-js-websocket', version: '9.7.0', server: 'home-assistant-server' },
}

/** Installs the libraries into a folder that is gone after `use`. */
async function withPeers(use) {
  const folder = mkdtempSync(join(tmpdir(), 'viptel-pbx-bench-'))
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'peers', private: true }))
    const wanted = Object.values(PEERS).map(({ name, version }) => `${name}@${version}`)
    execFileSync(
      'npm',
      ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', ...wanted],
      { cwd: folder },
    )
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const peers = {
  name: 'peers',
  title: 'libraries of other services, in their own protocols: as many events, one subscriber a name',
  isOnRequest: true,
  async measure({ rounds, cold, warm }) {
    const figures = await withPeers(folder => {
      const peer = key => () =>
        withServer(PEERS[key].server, [cold, warm], url =>
          measureSide('peer-client', [key, url, cold, warm, folder], { ...process.env, NODE_ENV: 'production' }),
        )
      return interleave(rounds, {
        sdk: () =>
          withServer('flood-server', ['mixed', cold, warm], url =>
            measureSide('flood-client', ['sdk', url, 1, cold, warm]),
          ),
        obs: peer('obs'),
        homeAssistant: peer('homeAssistant'),
      })
    })
    const line = (key, name) => [
      name,
      formatFigure(figures[key].map(figure => figure.warm)),
      formatFigure(compare(figures[key], figures.sdk).warm),
      formatFigure(figures[key].map(figure => figure.cold)),
    ]
    const named = Object.entries(PEERS).map(([key, { name, version }]) => line(key, `${name} ${version}`))
    return {
      rows: {},
      text: formatTable(
        ['µs a frame', 'warm', 'ratio to this SDK', 'cold'],
        [line('sdk', 'this SDK, validated'), ...named],
      ),
    }
  },
}
