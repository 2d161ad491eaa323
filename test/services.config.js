import config, { services } from '../jest.config.js';

/**
 * The tests that need more than Node.
 *
 * @type {import('jest').Config}
 */
export default {
  ...config,
  rootDir: '..',
  testMatch: services.map((folder) => `${folder}**/*.test.ts`),
  testPathIgnorePatterns: [],
};
