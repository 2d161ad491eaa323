import relay from 'vite-plugin-relay';
import { defineConfig } from 'vitest/config';

export default defineConfig({ plugins: [relay], test: { include: ['test/*.test.ts'], testTimeout: 20_000 } });
