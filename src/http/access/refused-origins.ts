import type { Logger } from '../../app/logger.ts';
import { printable } from '../../untrusted/printable.ts';

/** Clients choose their origins. */
const MAX_NAMED = 50;
const MAX_LENGTH = 100;

/** Names each origin once whose pages are refused: in a browser, only its console would say so. */
export function createRefusedOriginLog(logger: Logger): (origin: string) => void {
  const named = new Set<string>();
  return (origin) => {
    const name = printable(origin, MAX_LENGTH) ?? '';
    if (named.has(name) || named.size >= MAX_NAMED) return;
    named.add(name);
    logger.warn({ origin: name }, 'a page of this origin was refused. To allow it, add it to CORS_ORIGINS.');
  };
}
