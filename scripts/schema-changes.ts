/**
 * Compares the committed schema with the released one, and fails on a breaking change that is not declared;
 * with `--release`, makes the committed schema the released one. docs/federation.md says when to do which.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { breakingChanges, judge } from './breaking-changes.ts';

/** It differs from the default one by the scopes alone. */
const COMMITTED = 'docs/subgraph-with-scopes.graphql';
const RELEASED = 'docs/released.graphql';
const DECLARED = 'docs/breaking-changes.json';

const declaredSchema = z.array(z.strictObject({ change: z.string(), why: z.string().min(20) }));

const committed = await readFile(COMMITTED, 'utf8');
if (process.argv.includes('--release')) {
  await writeFile(RELEASED, committed);
  await writeFile(DECLARED, '[]\n');
} else {
  const changes = await breakingChanges(await readFile(RELEASED, 'utf8'), committed);
  const declared = declaredSchema.parse(JSON.parse(await readFile(DECLARED, 'utf8')));
  const { undeclared, stale } = judge(changes, declared);
  const problems = [
    ...undeclared.map((change) => `breaking change that is not declared in ${DECLARED}:\n  ${change}`),
    ...stale.map((change) => `declared in ${DECLARED}, and not so:\n  ${change}`),
  ];
  if (problems.length > 0) {
    process.stderr.write(`${problems.join('\n')}\n`);
    process.exitCode = 1;
  }
}
