import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The texts of all operations that the page sends, by their SHA-256: for a gateway that executes no others. */
const manifest: Plugin = {
  name: 'persisted-documents',
  generateBundle() {
    const source = readFileSync(here('src/__generated__/persisted-documents.json'), 'utf8');
    this.emitFile({ type: 'asset', fileName: 'persisted-documents.json', source });
  },
};

/** The page of CONSOLE, whole: whatever it loads comes out of this build. */
export default defineConfig({
  root: here('.'),
  base: '/console/',
  publicDir: false,
  logLevel: 'warn',
  plugins: [manifest],
  server: { proxy: { '/graphql': process.env.GATEWAY ?? 'http://localhost:4000' } },
  build: {
    outDir: here('built'),
    emptyOutDir: true,
    // A data: URL would need a laxer policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    // Licences stay in the files: what is bundled is shipped.
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      // What a server renderer would read; there is none.
      onLog: (level, log, report) => log.code === 'MODULE_LEVEL_DIRECTIVE' || report(level, log),
      input: [here('index.html')],
    },
  },
});
