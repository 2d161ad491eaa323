import { availableParallelism } from 'node:os';

// The notice of the SDK comes once for each test file otherwise.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** What these need is installed beside Node: scripts/test-services.js has the list, test/services.config.js runs them. */
export const services = ['redis', 'postgres', 'browser', 'frontend', 'alerts', 'kubernetes', 'gateways'].map(
  (folder) => `<rootDir>/test/${folder}/`,
);

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: services,
  // Servers start and stop in many tests, and a busy machine is slow.
  testTimeout: 60_000,
  // Jest itself does little beside its workers. More of them would take more memory than a laptop has to spare.
  maxWorkers: Math.min(4, availableParallelism()),
  // Each test file loads the gateway anew, and Node gives modules back late.
  workerIdleMemoryLimit: '200MB',
  reporters: ['default', '<rootDir>/test/support/run-reporter.js'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
  },
};
