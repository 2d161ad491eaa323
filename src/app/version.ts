import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Beside `src` and `dist` alike. */
const PACKAGE = new URL('../../package.json', import.meta.url);

/** The version of the gateway, as its package says it. */
export const readVersion = (): string =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(PACKAGE, 'utf8'))).version;
