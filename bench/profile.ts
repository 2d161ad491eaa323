// Where the gateway's time goes: top self times of a workload, as V8 samples them. `--repeat` asks for the same few
// operations over and over, as dashboards do; without it every operation has variables of its own.
import { parseArgs } from 'node:util';
import { startIssuer } from './issuer.ts';
import { measure, warmUp } from './measure.ts';
import { figure, sum } from './numbers.ts';
import { withWorkshop } from './processes.ts';
import { toMarkdown } from './report.ts';
import { countEverything, noBudget, startGateway, startStageApi } from './servers.ts';
import { sameOperation, sameText, workloads as all } from './workloads.ts';

const { values } = parseArgs({
  options: {
    workload: { type: 'string', default: 'W2' },
    seconds: { type: 'string', default: '10' },
    top: { type: 'string', default: '15' },
    env: { type: 'string', multiple: true, default: [] },
  },
});
const workloads = [...all, sameText, sameOperation];
const workload = workloads.find(({ name }) => name === values.workload);
if (workload === undefined) throw new Error(`--workload: ${workloads.map(({ name }) => name).join(', ')}`);
const env = Object.fromEntries(
  values.env.map((pair) => [pair.replace(/=.*$/s, ''), pair.replace(/^[^=]*=/, '')]),
);

/** `node_modules/graphql/execution/execute.mjs` rather than where it lies on this machine. */
const shorten = (url: string) =>
  url.replace(/^.*\/(?=node_modules\/|dist\/)/, '').replace(/^node_modules\//, '');

await withWorkshop(async (workshop) => {
  const stageApi = await startStageApi(workshop, 60);
  const issuer = await startIssuer();
  const gateway = await startGateway(workshop, stageApi, {
    env: { ...noBudget, ...(await countEverything()), CACHE_TTL_SECONDS: '3600', ...env },
    issuer,
  });
  const round = { clients: 10, ms: Number(values.seconds) * 1000 };
  await warmUp([gateway], stageApi, workload, round);
  const { perSecond, cpuMsPerOperation } = await measure(gateway, stageApi, workload, round);
  const { nodes, samples, timeDeltas } = await gateway.profile(() =>
    measure(gateway, stageApi, workload, round),
  );
  issuer.close();
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName === '' ? '(anonymous)' : functionName}${url === '' ? '' : ` ${shorten(url)}:${lineNumber + 1}`}`,
    ]),
  );
  const self = new Map<string, number>();
  samples.forEach((id, i) => {
    const name = names.get(id) ?? '?';
    self.set(name, (self.get(name) ?? 0) + (timeDeltas[i] ?? 0));
  });
  for (const waiting of ['(idle)', '(program)', '(root)']) self.delete(waiting);
  const total = sum([...self.values()]);
  const top = [...self].sort(([, a], [, b]) => b - a).slice(0, Number(values.top));
  process.stdout.write(
    `${workload.name}: ${Math.round(perSecond)} a second, ${figure(cpuMsPerOperation)} ms CPU each\n\n${toMarkdown(
      [['self time', 'share'], ...top.map(([name, time]) => [name, `${figure((100 * time) / total)} %`])],
    )}`,
  );
});
