import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs Prometheus' promtool, and returns what it says. Throws where it fails, or is not installed. */
export function promtool(args: readonly string[]): string {
  const { status, error, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  if (error !== undefined) throw new Error('promtool is not installed: apt-get install prometheus');
  if (status !== 0) throw new Error(`promtool ${args[0]} fails:\n${stdout}\n${stderr}`);
  return stdout;
}

/** The values of a series, a minute apart, as promtool writes them. */
export type Series = Readonly<Record<string, string>>;

/** Throws unless exactly these alerts fire at a minute, by their names, with these series. */
export function expectAlerts(rules: string, series: Series, minute: number, alerts: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'stagegraph-'));
  const path = join(folder, 'alerts.test.json');
  const unitTest = {
    rule_files: [rules],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [
          {
            expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
            eval_time: `${minute}m`,
            exp_samples: alerts.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
          },
        ],
      },
    ],
  };
  writeFileSync(path, JSON.stringify(unitTest));
  try {
    promtool(['test', 'rules', path]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
