import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { attemptOf } from './attempt-middleware.ts';

/** Nothing was sent: the connection, with the TLS handshake, took too long. */
class ConnectionTimeout extends Error {
  override readonly name = 'ConnectionTimeout';
}

/**
 * Gives a request its connection when that is ready, and only if the request may still be sent then. Node would buffer
 * the request, and send it as soon as there is a connection.
 */
function connectFirst<Agent extends HttpAgent>(
  agent: Agent,
  ready: 'connect' | 'secureConnect',
  timeoutMs: number,
): Agent {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const headers = Array.isArray(options.headers) ? undefined : options.headers;
    const attempt = attemptOf(headers);
    attempt?.awaitConnection();
    const socket = connect(options);
    if (socket == null) return socket;
    const timer = setTimeout(() => socket.destroy(new ConnectionTimeout(`after ${timeoutMs} ms`)), timeoutMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      callback?.(error, socket);
    };
    socket.once('error', fail);
    socket.once(ready, () => {
      try {
        attempt?.beginSending();
        clearTimeout(timer);
        socket.off('error', fail);
        callback?.(null, socket);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    return undefined;
  };
  return agent;
}

/** The SDK's HTTP handler; it aborts a request when its attempt is given up. */
class AttemptHandler extends NodeHttpHandler {
  override handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
    const attempt = attemptOf(request.headers);
    return super.handle(
      request,
      attempt === undefined ? options : { ...options, abortSignal: attempt.signal },
    );
  }
}

/** `connectionTimeout` includes the TLS handshake. Connections are unbounded: the rate limiter bounds the calls. */
export function createRequestHandler({
  connectionTimeout,
  ...options
}: NodeHttpHandlerOptions & { readonly connectionTimeout: number }): NodeHttpHandler {
  return new AttemptHandler({
    ...options,
    httpAgent: connectFirst(new HttpAgent({ keepAlive: true }), 'connect', connectionTimeout),
    httpsAgent: connectFirst(new HttpsAgent({ keepAlive: true }), 'secureConnect', connectionTimeout),
  });
}
