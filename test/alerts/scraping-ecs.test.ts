import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { promtool } from '../support/promtool.ts';

const root = join(import.meta.dirname, '../..');

test('promtool takes the configuration with which Prometheus finds the tasks on ECS, with the rules beside it', () => {
  const page = readFileSync(join(root, 'deploy/aws/README.md'), 'utf8');
  const [, configuration = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'scraping-'));
  try {
    cpSync(join(root, 'docs/alerts/stagegraph.yaml'), join(folder, 'stagegraph.yaml'));
    writeFileSync(join(folder, 'prometheus.yaml'), configuration);
    expect(promtool(['check', 'config', join(folder, 'prometheus.yaml')])).toContain('4 rules found');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
