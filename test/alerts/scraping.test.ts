import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { promtool } from '../support/promtool.ts';

const root = join(import.meta.dirname, '../..');

test.each([
  ['tasks on ECS', 'deploy/aws/README.md'],
  ['pods without the operator', 'deploy/kubernetes/README.md'],
])('promtool takes the configuration with which Prometheus finds %s, with the rules beside it', (_, path) => {
  const page = readFileSync(join(root, path), 'utf8');
  const [, configuration = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'scraping-'));
  try {
    cpSync(join(root, 'docs/alerts/stagegraph.yaml'), join(folder, 'stagegraph.yaml'));
    // Debian's promtool is built without the discovery of Kubernetes.
    const known = configuration.replace(/kubernetes_sd_configs:\n(?: {6}.*\n)+/, 'static_configs: []\n');
    writeFileSync(join(folder, 'prometheus.yaml'), known);
    expect(promtool(['check', 'config', join(folder, 'prometheus.yaml')])).toContain('7 rules found');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
