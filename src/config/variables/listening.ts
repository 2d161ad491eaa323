import { z } from 'zod';
import { documented, port } from './formats.ts';

export const listening = {
  HOST: documented(
    z.string().default('localhost'),
    'Host name or IP address on which the gateway listens. Use `0.0.0.0` in a container. With `localhost` ' +
      'only this machine can connect; any other address exposes the gateway to that network, so configure ' +
      '`AUTH_JWKS_URL` or `ROUTER_SECRETS` first.',
  ),
  PORT: documented(
    port.prefault('4000'),
    'Port of the GraphQL endpoint. `0`: any free port, printed at startup.',
  ),
  NODE_ENV: documented(
    z.string().default('development'),
    '`production` requires `STAGE_API`, disables introspection and the explorer page, allows no origin by ' +
      'CORS, and delays shutdown by 5 seconds; each can be set separately. Any other value: development ' +
      'defaults, which a public deployment should not use.',
  ),
};
