import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route that machines poll every few seconds: always answered, and not logged as a request. */
    readonly probe?: true;
  }
}

export const isProbe = ({ routeOptions }: FastifyRequest): boolean => routeOptions.config.probe === true;
