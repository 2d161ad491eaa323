import { ConfigError } from '../../config/config-error.ts';
import type { Logger } from '../logger.ts';

/** Reads a file again at SIGHUP. A file with mistakes changes nothing. `reload` returns what the log line is to say. */
export function reloadOnSighup(file: string, reload: () => Promise<object>, logger: Logger): void {
  process.on('SIGHUP', () => {
    void reload().then(
      (fields) => logger.info(fields, `the file of ${file} was read again`),
      (error: unknown) => {
        const problems = error instanceof ConfigError ? error.problems : [String(error)];
        logger.error({ problems }, `the file of ${file} has mistakes: the ${file} stay as they were`);
      },
    );
  });
}
