/**
 * Prints the entry of the changelog for a tag: `tsx scripts/release-notes.ts v0.2.0`. Fails if the tag, package.json and the
 * changelog do not agree.
 */
import { readFileSync } from 'node:fs';
import { changelogEntry } from './changelog.ts';

const [, , tag = ''] = process.argv;
const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
try {
  process.stdout.write(changelogEntry(tag, read('package.json'), read('CHANGELOG.md')));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
