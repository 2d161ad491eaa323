/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // Servers start and stop in many tests; a busy machine shall not fail them.
  testTimeout: 20_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
  },
};
