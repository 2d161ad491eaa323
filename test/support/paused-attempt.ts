import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';

/** Pauses the client's first attempt after its preparation, as slow credentials do. Gives what lets it go on. */
export function pauseFirstAttempt(client: APIGatewayClient): () => void {
  let goOn: () => void = () => undefined;
  const pauses = [new Promise<void>((resolve) => (goOn = resolve))];
  client.middlewareStack.add(
    (next) => async (args) => {
      await pauses.shift();
      return next(args);
    },
    { name: 'pausedAttempt', step: 'build' },
  );
  return () => goOn();
}
