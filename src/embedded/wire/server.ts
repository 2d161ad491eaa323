import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApiDependencies, createApiHandler } from './api.ts';
import { type ControlDependencies, isControlPath, sendControlError, serveControl } from './control.ts';
import { createHostCheck } from './host-check.ts';
import { sendRawBadRequest, sendException } from './responses.ts';
import { splitTarget } from './routes.ts';

interface ServerDependencies extends ApiDependencies, ControlDependencies {
  /** Further accepted values of `Host`, also `*.suffix`. */
  readonly allowedHosts: readonly string[];
}

/** An HTTP server for the API (docs/stage-api.md §1) and the control path. */
export function createStageApiServer(dependencies: ServerDependencies): Server {
  const { commonHeaders } = dependencies;
  const closing = new AbortController();
  // One listener for each waiting request.
  setMaxListeners(0, closing.signal);
  const serveApi = createApiHandler(dependencies, closing.signal);
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    const isControl = isControlPath(splitTarget(request).path);
    const rejection = checkHost(request);
    if (rejection !== undefined) {
      if (isControl) sendControlError(response, rejection);
      else sendException(response, rejection, commonHeaders());
      return;
    }
    const served = isControl ? serveControl(dependencies, request, response) : serveApi(request, response);
    served.catch((error: unknown) => {
      dependencies.onProblem(error);
      request.socket.destroy();
    });
  };
  const server = createServer({ requireHostHeader: false }, serve);
  const checkHost = createHostCheck(server, dependencies.allowedHosts);
  // Longer than clients keep idle connections, so that the client closes them.
  server.keepAliveTimeout = 75_000;
  server.on('close', () => closing.abort());
  server.on('checkExpectation', serve);
  server.on('connect', (_request, socket) => sendRawBadRequest(socket, commonHeaders()));
  server.on('clientError', (error, socket) => {
    if (socket.writable) sendRawBadRequest(socket, commonHeaders());
    else socket.destroy(error);
  });
  return server;
}

const urlOf = ({ address, family, port }: AddressInfo) =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;

/** Resolves to the URL of the server. */
export function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The server has no TCP port'));
      else resolve(urlOf(address));
    });
  });
}

/** Stops listening and closes every connection. */
export const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
