import { createLogger } from '../../src/app/logger.ts';

export const silentLogger = createLogger('silent', { write: () => undefined });
