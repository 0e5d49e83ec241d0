/** What the three projects share: TypeScript by swc, as ES modules. swc checks no types; `npm run typecheck` does. */
const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  // relative imports name the file that the compiler would emit
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
}

export default {
  projects: [
    {
      ...common,
      displayName: 'node',
      testMatch: ['<rootDir>/spec/**/*.spec.ts'],
      testPathIgnorePatterns: ['<rootDir>/spec/(package|browser)/'],
    },
    {
      ...common,
      displayName: 'package',
      testMatch: ['<rootDir>/spec/package/*.spec.ts'],
      globalSetup: '<rootDir>/spec/package/install.ts',
    },
    { ...common, displayName: 'browser', testMatch: ['<rootDir>/spec/browser/*.spec.ts'] },
  ],
  // most specs take milliseconds; those that start processes, bundlers and browsers are slow on a busy machine without being wrong
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/spec/support/reporter.js'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
}
