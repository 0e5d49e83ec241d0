// @ts-check
// How much is measured. The cold figure is of the first frames, or calls, of a fresh process; the warm one of those
// that come after a warm-up of at least as many.

/**
 * @typedef {object} Sizes
 * @property {number} rounds rounds of a row
 * @property {number} figureRounds rounds of a figure without a bound
 * @property {number} cold frames of the cold figure
 * @property {number} warm frames of the warm figure
 * @property {readonly number[]} live numbers of live calls
 * @property {number} coldCalls calls of the cold figure
 * @property {number} warmCalls calls of the warm figure
 * @property {number} openCalls calls of each of the two figures with many open
 * @property {readonly [number, number]} open numbers of open actions, to compare the second with the first
 * @property {number} clients clients of one process
 * @property {number} idle s that the clients are left alone
 * @property {number} react s that React renders
 * @property {number} share of the sizes of the worst cases
 * @property {boolean} isShort whether only the sides of rows are measured
 */

/** @type {Sizes} */
export const FULL = {
  rounds: 7,
  figureRounds: 3,
  cold: 40_000,
  warm: 120_000,
  live: [100, 10_000, 100_000],
  coldCalls: 1_000,
  warmCalls: 5_000,
  openCalls: 20_000,
  open: [10, 10_000],
  clients: 1_000,
  idle: 30,
  react: 10,
  share: 1,
  isShort: false,
}

/** @type {Sizes} */
export const SHORT = {
  ...FULL,
  rounds: 3,
  figureRounds: 1,
  warm: 60_000,
  warmCalls: 2_000,
  openCalls: 10_000,
  isShort: true,
}

/** One round that only proves that everything runs: the figures mean nothing. @type {Sizes} */
export const TINY = {
  rounds: 1,
  figureRounds: 1,
  cold: 1_200,
  warm: 2_400,
  live: [100, 200, 400],
  coldCalls: 20,
  warmCalls: 50,
  openCalls: 100,
  open: [10, 100],
  clients: 20,
  idle: 1,
  react: 1,
  share: 0.02,
  isShort: false,
}
