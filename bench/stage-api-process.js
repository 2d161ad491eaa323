// The built embedded Stage API in a process of its own that tells its memory when asked. JavaScript, and importing
// nothing of the bench, so that no TypeScript loader is measured with it.
import { readFileSync } from 'node:fs';

process.on('message', () => {
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  process.send({ heapUsed, rss });
});
// It must not outlive the bench.
process.on('disconnect', () => process.exit());
process.channel.unref();

async function startInMemory(stateFile) {
  const { startEmbeddedStageApi } = await import('../dist/embedded/start.js');
  const state = JSON.parse(readFileSync(stateFile, 'utf8'));
  const before = performance.now();
  const { url } = await startEmbeddedStageApi({ state });
  process.stdout.write(`loaded in ${performance.now() - before} ms, listens on ${url}\n`);
}

const [option, stateFile] = process.argv.slice(2);
if (option === '--in-memory') await startInMemory(stateFile);
else await import('../dist/embedded/main.js');
