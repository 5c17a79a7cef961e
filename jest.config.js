/** What every kind of test shares; the projects below differ in where they look and what they start first. */
const shared = {
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^@lockkeeper/([a-z-]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@lockkeeper/([a-z-]+)/([a-z-]+)$': '<rootDir>/libs/$1/src/$2.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
          keepClassNames: true,
        },
      },
    ],
    // Jest before Node 24.9 can't require() an ESM-only package from a CommonJS one.
    '/node_modules/cookie/.+\\.js$': [
      '@swc/jest',
      { swcrc: false, module: { type: 'commonjs' }, jsc: { target: 'es2022' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!cookie/)'],
};

/** @type {import('jest').Config} */
export default {
  // Of the whole run: Jest doesn't heed a project's own.
  testTimeout: 300_000,
  // The system tests wait more than they work: each keeps less than half a core busy, and three at a time fit on two.
  maxWorkers: 3,
  // What a file loaded stays in memory with ES modules, 15 MB and more of each: after a hundred files, collecting garbage is most of a worker's work.
  workerIdleMemoryLimit: '800MB',
  testSequencer: '<rootDir>/scripts/jest-order.mjs',
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs}/*/src/**/*.spec.ts'] },
    {
      ...shared,
      displayName: 'system',
      testMatch: ['<rootDir>/test/{stories,failures,security,conformance,browser}/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
    },
  ],
};
