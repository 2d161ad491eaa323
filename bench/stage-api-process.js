// The built embedded Stage API. JavaScript, and importing nothing of the bench, so that no TypeScript loader is measured
// with it. Preload probe.js to ask it for its memory.
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';

/** Counts what is answered to whom, its own control path apart: 429 is what the quota refused. */
function countAnswers() {
  const counts = {};
  globalThis.answersByStatus = counts;
  subscribe('http.server.response.finish', ({ request, response }) => {
    if (request.url.startsWith('/_embedded')) return;
    counts[response.statusCode] = (counts[response.statusCode] ?? 0) + 1;
  });
}

async function startInMemory(stateFile, port) {
  const { startEmbeddedStageApi } = await import('../dist/embedded/start.js');
  const state = JSON.parse(readFileSync(stateFile, 'utf8'));
  const before = performance.now();
  const { url } = await startEmbeddedStageApi({ state, port: Number(port) });
  process.stdout.write(`loaded in ${performance.now() - before} ms, listens on ${url}\n`);
}

const [option, stateFile, port = 0] = process.argv.slice(2);
if (option === '--in-memory') {
  countAnswers();
  await startInMemory(stateFile, port);
} else await import('../dist/embedded/main.js');
