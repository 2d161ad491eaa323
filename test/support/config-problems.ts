import { ConfigError } from '../../src/config/config-error.ts';
import { readConfig } from '../../src/config/config.ts';

/** All mistakes of an environment; none if it can be used. */
export function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
