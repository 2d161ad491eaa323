import { readFileSync } from 'node:fs';

const rules = new URL('../docs/alerts/stagegraph.yaml', import.meta.url);

/** The rules of docs/alerts as a manifest of the Prometheus operator, with their comments. */
export function prometheusRule(): string {
  const [, groups = ''] = readFileSync(rules, 'utf8').split(/^(?=groups:)/m);
  return `# Generated from docs/alerts/stagegraph.yaml: npm run docs:update
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: stagegraph
  labels:
    app.kubernetes.io/name: stagegraph
spec:
${groups.replaceAll(/^(?=.)/gm, '  ')}`;
}
