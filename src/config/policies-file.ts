import { readFileSync } from 'node:fs';
import { type NamedPolicy, readPolicies } from '../auth/policies/policy-file.ts';
import { ConfigError } from './config-error.ts';

/** The policies of a file that has no mistakes. */
export interface PoliciesFile {
  readonly policies: readonly NamedPolicy[];
  /** What is probably not meant, a line each. */
  readonly warnings: readonly string[];
}

function read(path: string, source: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError([`${source}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

/**
 * Reads a file of policies. `source` is what names it, for a file that cannot be read. Throws a ConfigError with every
 * mistake, its line and its column.
 */
export function readPoliciesFile(path: string, source = 'POLICIES'): PoliciesFile {
  const file = readPolicies(path, read(path, source));
  if ('problems' in file) throw new ConfigError(file.problems);
  return file;
}
