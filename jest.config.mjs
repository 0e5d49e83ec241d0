/** The settings of all three projects: TypeScript by swc, as ES modules. swc checks no types; `npm run typecheck` does. */
const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  // relative imports name the emitted file
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // files that a run writes would start the next one
  watchPathIgnorePatterns: ['<rootDir>/(\\.jest|dist)/'],
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
  // a guard against hanging, no measure: a spec that starts processes or browsers may be slow on a busy machine
  testTimeout: 120_000,
  reporters: ['default', '<rootDir>/spec/support/reporter.js'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
}
