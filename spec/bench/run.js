// `npm run bench`: CPU and memory as ratios within one run, beside their bounds. `--help` has the options.
import { parseArgs } from 'node:util'
import { actions, openActions } from './groups/actions.js'
import { clients } from './groups/clients.js'
import { exchange } from './groups/exchange.js'
import { flood, subscribers, unheard } from './groups/flood.js'
import { peers } from './groups/peers.js'
import { react } from './groups/react.js'
import { load, memory, trackers } from './groups/trackers.js'
import { wallboard } from './groups/wallboard.js'
import { worstCases } from './groups/worst-cases.js'
import { judge, summarize } from './judgement.js'
import { ROWS, WIDER } from './rows.js'
import { FULL, SHORT, TINY } from './sizes.js'

/** The groups in their order: those with rows first, then figures without bounds. */
const GROUPS = [
  flood,
  subscribers,
  trackers,
  memory,
  actions,
  openActions,
  unheard,
  load,
  worstCases,
  clients,
  react,
  exchange,
  peers,
  wallboard,
]
const hasRows = group => ROWS.some(row => row.group === group.name)

const HELP = `npm run bench -- [options]

  --check        exits with 1 when a row is over its bound
  --short        the rows alone, with fewer rounds and frames, and bounds a quarter wider
  --only GROUP   one group; may be repeated. Groups: ${GROUPS.map(({ name }) => name).join(', ')}
  --peers        libraries of other services, fetched from the npm registry; the same as --only peers
  --tiny         one round of tiny sizes, which only proves that everything runs
  --help         this text

Without --only: every group but peers and wallboard.`

const { values: asked } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    peers: { type: 'boolean', default: false },
    tiny: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function selectGroups() {
  const only = asked.peers ? [...asked.only, peers.name] : asked.only
  const unknown = only.find(name => !GROUPS.some(group => group.name === name))
  if (unknown !== undefined) {
    console.error(`No group is called ${unknown}.\n\n${HELP}`)
    process.exit(2)
  }
  if (only.length > 0) return GROUPS.filter(({ name }) => only.includes(name))
  return GROUPS.filter(group => !group.isOnRequest && (!asked.short || hasRows(group)))
}

async function run() {
  const sizes = asked.tiny ? TINY : asked.short ? SHORT : FULL
  const factor = asked.short ? WIDER : 1
  const date = new Date().toISOString().slice(0, 10)
  console.log(`Node ${process.version}, ${date}. CPU time; medians, in brackets the smallest and the largest.`)
  console.log(
    `Rows: ${sizes.rounds} round(s), the sides in turns. Cold: the first ${sizes.cold} frames of a fresh process;`,
  )
  console.log(`warm: ${sizes.warm} frames after a warm-up of at least as many as the cold ones.`)
  console.log(
    `Calls by createCall: ${sizes.coldCalls} cold, ${sizes.warmCalls} warm; with many open ${sizes.openCalls} each.\n`,
  )
  const judged = []
  for (const group of selectGroups()) {
    console.log(`## ${group.name}: ${group.title}\n`)
    try {
      judged.push(...(await judge(group, sizes, factor)))
    } catch (error) {
      // the figures of the other groups are worth having
      console.error(`${group.name} failed:`, error)
      process.exitCode = 1
    }
  }
  if (judged.length === 0) return
  console.log(`## The rows\n\n${summarize(judged)}`)
  const over = judged.filter(({ isOver }) => isOver)
  console.log(`\n${judged.length - over.length} ok, ${over.length} over`)
  if (asked.check && over.length > 0) process.exitCode = 1
}

if (asked.help) console.log(HELP)
else await run()
