import type { IncomingHttpHeaders } from 'node:http';
import { createSecretCheck } from './secret-check.ts';

/** The header with a router's secret; the name is Apollo's. */
export const ROUTER_SECRET_HEADER = 'router-authorization';

/** Whether a request has one of the secrets of routers. */
export const createRouterCheck = (
  secrets: () => readonly string[],
): ((headers: IncomingHttpHeaders) => boolean) => createSecretCheck(ROUTER_SECRET_HEADER, secrets);
