import { cached } from './groups/cached.ts';
import { coldStart } from './groups/cold-start.ts';
import { fleet } from './groups/fleet.ts';
import { history } from './groups/history.ts';
import { inventory } from './groups/inventory.ts';
import { latency } from './groups/latency.ts';
import { storm3, writeHereReadThere } from './groups/many-processes.ts';
import { policyCost } from './groups/policies.ts';
import { quotaStorm } from './groups/quota-storm.ts';
import { sdkCost } from './groups/sdk-cost.ts';
import { throughput } from './groups/throughput.ts';
import { upstreamCalls } from './groups/upstream-calls.ts';
import { type Benchmark } from './report.ts';

/** What the gateway must show, one table each. */
export const gatewayBenchmarks: Readonly<Record<string, Benchmark>> = {
  calls: upstreamCalls,
  throughput,
  W6: quotaStorm,
  W7: coldStart,
  latency,
  cached,
  sdk: sdkCost,
  fleet,
  policies: policyCost,
  inventory,
  history,
  storm3,
  rounds: writeHereReadThere,
};
