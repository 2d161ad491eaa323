import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';

/** Who is counted as one: by who the token says it is; else by the client that a trusted router names; else by address. */
export function callerKeyOf(request: FastifyRequest, trustsClientName: boolean): string {
  const { caller } = request;
  if (caller?.subject != null) return `subject ${caller.subject}`;
  const name = caller?.client.name ?? null;
  if (trustsClientName && name !== null) return `client ${name}`;
  return `address ${normalizeIP(request.ip)}`;
}
