// Preloaded into every process that is measured; tells its CPU and memory when asked. JavaScript, so that no TypeScript
// loader is measured with it.
import { Session } from 'node:inspector/promises';
import { isMainThread } from 'node:worker_threads';

const inspector = new Session();

const answers = {
  cpuMs() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  memory() {
    globalThis.gc();
    const { heapUsed, rss } = process.memoryUsage();
    return { heapUsed, rss };
  },
  async startProfile() {
    inspector.connect();
    await inspector.post('Profiler.enable');
    await inspector.post('Profiler.start');
    return true;
  },
  async stopProfile() {
    const { profile } = await inspector.post('Profiler.stop');
    inspector.disconnect();
    return profile;
  },
  // Only the Stage API's process fills it.
  answersByStatus: () => globalThis.answersByStatus,
};

// It is preloaded into threads as well, which have no channel.
if (isMainThread) {
  process.on('message', async ({ id, question }) => process.send({ id, answer: await answers[question]() }));
  // It must not outlive the bench.
  process.on('disconnect', () => process.exit());
  process.channel.unref();
}
