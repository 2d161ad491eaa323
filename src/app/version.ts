import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Two folders up from both `src/app` and `dist/app`. */
const PACKAGE = new URL('../../package.json', import.meta.url);

/** The version in package.json. */
export const readVersion = (): string =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(PACKAGE, 'utf8'))).version;
