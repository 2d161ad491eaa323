import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { attemptOf } from './attempt-middleware.ts';

/** Nothing was sent: the connection, with the TLS handshake, took too long. */
class ConnectionTimeout extends Error {
  override readonly name = 'ConnectionTimeout';
}

/**
 * Makes an agent give a request its connection only when it is ready, and only if the request may still be sent then.
 * Node would write the request at once, and send it whenever the connection is there.
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
    const late = setTimeout(() => socket.destroy(new ConnectionTimeout(`after ${timeoutMs} ms`)), timeoutMs);
    const fail = (error: Error): void => {
      clearTimeout(late);
      callback?.(error, socket);
    };
    socket.once('error', fail);
    socket.once(ready, () => {
      try {
        attempt?.beginSending();
        clearTimeout(late);
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

/** The SDK's way to send requests over HTTP, which ends a request when its attempt is given up. */
class AttemptHandler extends NodeHttpHandler {
  override handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
    const attempt = attemptOf(request.headers);
    return super.handle(
      request,
      attempt === undefined ? options : { ...options, abortSignal: attempt.signal },
    );
  }
}

/** `connectionTimeout` includes the TLS handshake. As many connections as calls: the budget bounds these. */
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
