import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer, exception, plainStage, reset } from './faults.ts';

/** What becomes of one call. */
export interface Fate {
  /** What happens elsewhere when it has arrived. */
  readonly meanwhile: (restApiId: string) => Promise<void>;
  /** Until it is carried out, and from there to the answer. */
  readonly beforeMs: number;
  readonly afterMs: number;
  /** `conflict`: it is not carried out. The others are carried out, and not answered as they should. */
  readonly end: 'answer' | 'conflict' | 'reset' | 'broken';
}

/**
 * A Stage API of which only what matters for writers that meet is there: every API has one stage, `prod`, whose
 * description is set, and remembers all descriptions in the order in which they were set.
 */
export interface ModelStageApi {
  readonly url: string;
  /** The first is that of the stage as it was made. */
  descriptions(restApiId: string): readonly string[];
  /** When each call has arrived. */
  readonly arrivals: number[];
  close(): Promise<void>;
}

async function descriptionIn(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const { patchOperations } = JSON.parse(Buffer.concat(chunks).toString()) as {
    patchOperations: [{ value: string }];
  };
  return patchOperations[0].value;
}

export async function startModelStageApi(fateOf: (method: string) => Fate): Promise<ModelStageApi> {
  const histories = new Map<string, string[]>();
  const arrivals: number[] = [];
  const historyOf = (restApiId: string): string[] => {
    const known = histories.get(restApiId) ?? ['as it was made'];
    histories.set(restApiId, known);
    return known;
  };
  const server = createServer((request, response) => {
    arrivals.push(performance.now());
    const { method = '', url = '' } = request;
    const [, , restApiId = '', , stageName] = url.split('/');
    const history = historyOf(restApiId);
    const { meanwhile, beforeMs, afterMs, end } = fateOf(method);
    void (async () => {
      const description = method === 'PATCH' ? await descriptionIn(request) : undefined;
      await meanwhile(restApiId);
      await sleep(beforeMs);
      if (end === 'conflict') {
        exception(
          409,
          'ConflictException',
          'Unable to complete operation due to concurrent modification.',
        )(response, request);
        return;
      }
      if (description !== undefined) history.push(description);
      const stage = { ...plainStage, stageName: 'prod', description: history.at(-1) };
      await sleep(afterMs);
      const acts = {
        answer: answer(200, stageName === undefined ? { item: [stage] } : stage),
        broken: exception(500, 'InternalFailure', 'something broke'),
        reset,
      };
      acts[end](response, request);
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    descriptions: historyOf,
    arrivals,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
