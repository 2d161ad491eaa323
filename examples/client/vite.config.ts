import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/**
 * The browser knows one origin only, this one: it hands /graphql on to the gateway, as the web server of a company would.
 * So no CORS is needed.
 */
const proxy = { '/graphql': process.env.GATEWAY ?? 'http://localhost:4000' };

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  server: { proxy },
  preview: { proxy },
});
