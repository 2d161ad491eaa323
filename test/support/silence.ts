import { createLogger } from '../../src/app/logger.ts';

/** A log that nobody reads. */
export const silentLogger = createLogger('silent', { write: () => undefined });
