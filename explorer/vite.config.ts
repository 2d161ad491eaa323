import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The pages of EXPLORER, whole: whatever they load comes out of this build, or out of Apollo's frame. */
export default defineConfig({
  root: here('.'),
  base: '/explorer/',
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: here('built'),
    emptyOutDir: true,
    // A data: URL would need a laxer policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 5000,
    // Licences stay in the files: what is bundled is shipped.
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      // What a server renderer would read; there is none.
      onLog: (level, log, report) => log.code === 'MODULE_LEVEL_DIRECTIVE' || report(level, log),
      input: [here('sandbox.html'), here('graphiql.html')],
    },
  },
});
