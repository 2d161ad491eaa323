/**
 * Writes what the documentation takes from the code; with `--check`, says whether it is current.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { cedarSchema } from '../src/auth/policies/cedar-schema.ts';
import { configurationTable, environmentExample } from '../src/config/variable-docs.ts';
import { prometheusRule } from './prometheus-rule.ts';
import { stageFileSchema } from './stage-file-schema.ts';

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
function between(name: string, text: string, page: string): string {
  const [before, , after] = page.split(new RegExp(`(?<=<!-- ${name} -->)|(?=<!-- /${name} -->)`));
  if (before === undefined || after === undefined) throw new Error(`there is no <!-- ${name} --> to fill`);
  return `${before}\n\n${text}\n\n${after}`;
}

const pages: Readonly<Record<string, (now: string) => string>> = {
  'docs/configuration.md': (now) => between('variables', configurationTable(), now),
  '.env.example': () => environmentExample(),
  'docs/stage-file.schema.json': () => stageFileSchema(),
  'docs/policies.cedarschema': () => cedarSchema,
  'deploy/kubernetes/prometheus-operator/prometheus-rule.yaml': () => prometheusRule(),
};

for (const [path, write] of Object.entries(pages)) {
  const now = await readFile(path, 'utf8').catch(() => '');
  const current = write(now);
  if (current === now) continue;
  if (process.argv.includes('--check')) {
    process.stderr.write(`${path} does not say what the code does: npm run docs:update\n`);
    process.exitCode = 1;
  } else {
    await writeFile(path, current);
  }
}
