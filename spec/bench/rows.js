// @ts-check
// The rows of the benchmark, each with its bound. `npm run bench` prints them with `ok` or `over`; `--check` fails over
// a bound; `--short` measures less and widens every bound by a quarter, since machines are shared.

/**
 * @typedef {object} Row
 * @property {string} name what is compared with what
 * @property {string} group the group that measures it: `npm run bench -- --only GROUP`
 * @property {string} key the name of the row within its group
 * @property {number} bound the warm figure may be so much, and no more
 * @property {'ratio' | 'bytes'} unit a ratio is one of CPU times within one round; the figure is the median of all
 * @property {string} how how it is measured
 */

/** Factor of the bounds under `--short`. */
export const WIDER = 1.25

const FLOOD =
  'A server in a process of its own floods frames of all ten events; each client is a fresh process. CPU per frame.'
const TRACKED =
  'Frames go through a WebSocket class of our own, the same for both sides, which costs next to nothing. ' +
  'Customers wait, are offered to an agent, are taken and hang up, while so many calls stay live. ' +
  'CPU per frame, a fresh process each.'
const CALLED =
  'Over `ws`, one call after the other, with the server in the same process, so that its cost stands on both sides. ' +
  'CPU per call.'

/** @type {readonly Row[]} */
export const ROWS = [
  {
    name: '1 subscriber a name, against webSocket() + filter of RxJS, unvalidated',
    group: 'flood',
    key: 'rxjs',
    bound: 1.0,
    unit: 'ratio',
    how: FLOOD,
  },
  {
    name: '1 subscriber a name, against ws + JSON.parse + switch by hand',
    group: 'flood',
    key: 'hand',
    bound: 1.3,
    unit: 'ratio',
    how: FLOOD,
  },
  {
    name: '100 subscribers a name, against 100 filters',
    group: 'subscribers',
    key: 'rxjs',
    bound: 0.15,
    unit: 'ratio',
    how: FLOOD,
  },
  {
    name: 'trackCalls against a switch and a Map by hand, 100 live calls',
    group: 'trackers',
    key: 'hand-100',
    bound: 2.0,
    unit: 'ratio',
    how: TRACKED,
  },
  {
    name: 'trackCalls against a switch and a Map by hand, 10 000 live calls',
    group: 'trackers',
    key: 'hand-10000',
    bound: 2.0,
    unit: 'ratio',
    how: TRACKED,
  },
  {
    name: 'trackCalls against a switch and a Map by hand, 100 000 live calls',
    group: 'trackers',
    key: 'hand-100000',
    bound: 2.0,
    unit: 'ratio',
    how: TRACKED,
  },
  {
    name: 'trackCalls at 100 000 live calls, against itself at 100',
    group: 'trackers',
    key: 'growth',
    bound: 1.2,
    unit: 'ratio',
    how: TRACKED,
  },
  {
    name: 'bytes of a live call with its leg',
    group: 'memory',
    key: 'bytes',
    bound: 900,
    unit: 'bytes',
    how: 'Growth of the heap by 100 000 live calls of trackCalls after garbage collection, a fresh process each.',
  },
  {
    name: 'createCall to its end, against ws by hand',
    group: 'actions',
    key: 'hand',
    bound: 1.4,
    unit: 'ratio',
    how: CALLED,
  },
  {
    name: 'one more createCall at 10 000 open, against 10 open',
    group: 'open-actions',
    key: 'growth',
    bound: 1.2,
    unit: 'ratio',
    how: 'As above, but the server answers in lots of as many as are open, with `concurrency` at that number.',
  },
]
