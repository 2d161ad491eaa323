// Preloaded into every process that is measured; tells its CPU and memory when asked. JavaScript, so that no TypeScript
// loader is measured with it.
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
  // Only the Stage API's process fills it.
  answersByStatus: () => globalThis.answersByStatus,
};

process.on('message', ({ id, question }) => process.send({ id, answer: answers[question]() }));
// It must not outlive the bench.
process.on('disconnect', () => process.exit());
process.channel.unref();
