import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { AwsException } from '../errors/aws-exception.ts';
import { errorMessage } from '../errors/system-error.ts';
import { InvalidState } from '../state/parse-state.ts';
import type { State } from '../state/state.ts';
import { ClientDisconnected, parseBody, readBody } from './body.ts';
import type { CallLog } from './call-log.ts';
import { type Modes, modesSchema } from './modes.ts';
import { send } from './responses.ts';
import { splitTarget } from './routes.ts';

/** Enough for the state of 6000 REST APIs of 10 stages each. */
const MAX_STATE_BYTES = 256 * 1024 * 1024;

/** No operation of the API has this prefix. Requests to it need no signature. */
const controlPrefix = '/_embedded';

export const isControlPath = (path: string) => path === controlPrefix || path.startsWith(`${controlPrefix}/`);

export interface ControlDependencies {
  readonly modes: Modes;
  readonly log: CallLog;
  readonly snapshot: () => State;
  /** Replaces the state, resets the modes to those of the start and clears the log; rejects for an invalid state. */
  readonly load: (state: unknown) => Promise<void>;
  readonly clear: () => Promise<void>;
  readonly onProblem: (problem: unknown) => void;
}

type Handlers = Readonly<Record<string, (controlled: ControlDependencies, body: Buffer) => unknown>>;

const resources: ReadonlyMap<string, Handlers> = new Map<string, Handlers>([
  ['', { GET: () => ({ name: 'Embedded Stage API', resources: [...resources.keys()].filter(Boolean) }) }],
  [
    'modes',
    {
      GET: ({ modes }) => modes.current(),
      PATCH({ modes }, body) {
        modes.configure(modesSchema.partial().parse(parseBody(body)));
        return modes.current();
      },
      DELETE({ modes }) {
        modes.reset('defaults');
        return modes.current();
      },
    },
  ],
  [
    'calls',
    {
      GET: ({ log }) => log.counts(),
      DELETE({ log }) {
        log.reset();
        return {};
      },
    },
  ],
  ['requests', { GET: ({ log }) => log.requests() }],
  [
    'state',
    {
      GET: ({ snapshot }) => snapshot(),
      async PUT({ load }, body) {
        await load(parseBody(body));
        return {};
      },
      async DELETE({ clear }) {
        await clear();
        return {};
      },
    },
  ],
]);

/** Unlike AWS, the control path answers with `{"error": …}`. */
export const sendControlError = (
  response: ServerResponse,
  error: { readonly status: number; readonly message: string },
  headers: Record<string, string> = {},
) => send(response, error.status, headers, JSON.stringify({ error: error.message }));

async function respond(
  controlled: ControlDependencies,
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
) {
  const { path } = splitTarget(request);
  const handlers = resources.get(path.slice(controlPrefix.length).replace(/^\//, ''));
  if (!handlers) {
    sendControlError(response, {
      status: 404,
      message: `Unknown path ${path}. GET ${controlPrefix} lists the resources.`,
    });
    return;
  }
  const method = request.method ?? '';
  const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
  if (!handler) {
    const allow = Object.keys(handlers).join(', ');
    sendControlError(response, { status: 405, message: `${path} supports ${allow}` }, { allow });
    return;
  }
  send(response, 200, {}, JSON.stringify(await handler(controlled, bytes)));
}

export async function serveControl(
  controlled: ControlDependencies,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await respond(controlled, request, response, await readBody(request, MAX_STATE_BYTES));
  } catch (error) {
    if (error instanceof ClientDisconnected) return;
    if (error instanceof AwsException) sendControlError(response, error);
    else if (error instanceof z.ZodError)
      sendControlError(response, { status: 400, message: z.prettifyError(error) });
    else if (error instanceof InvalidState)
      sendControlError(response, { status: 400, message: error.message });
    else {
      controlled.onProblem(error);
      sendControlError(response, { status: 500, message: errorMessage(error) });
    }
  }
}
