import { z } from 'zod';
import { AwsException } from '../errors/aws-exception.ts';
import { type State } from '../state/state.ts';
import { type CallLog } from './call-log.ts';
import { type JsonObject } from './json.ts';
import { type ModeSwitches, teachingModesOff, teachingModesSchema } from './teaching-modes.ts';

/** No REST API operation begins so, and no signature is asked for: this is not AWS speaking. */
export const controlPrefix = '/_embedded';

export interface Controlled {
  readonly modes: ModeSwitches;
  readonly log: CallLog;
  readonly snapshot: () => State;
  readonly resetQuota: () => void;
}

interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly allow?: string;
}

type Handlers = Readonly<Record<string, (controlled: Controlled, body: () => JsonObject) => unknown>>;

const resources: ReadonlyMap<string, Handlers> = new Map<string, Handlers>([
  ['', { GET: () => ({ name: 'Embedded Stage API', resources: [...resources.keys()].filter(Boolean) }) }],
  [
    'modes',
    {
      GET: ({ modes }) => modes.current(),
      PATCH({ modes, resetQuota }, body) {
        const changes = teachingModesSchema.partial().parse(body());
        modes.configure(changes);
        if (changes.quota !== undefined) resetQuota();
        return modes.current();
      },
      DELETE({ modes, resetQuota }) {
        modes.configure(teachingModesOff);
        resetQuota();
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
  ['state', { GET: ({ snapshot }) => snapshot() }],
]);

/** Answers a request on the control path; its errors have a form of their own, `{"error": …}`. */
export function answerControl(
  controlled: Controlled,
  method: string,
  path: string,
  body: () => JsonObject,
): ControlAnswer {
  const handlers = resources.get(path.slice(controlPrefix.length).replace(/^\//, ''));
  if (!handlers)
    return { status: 404, body: { error: `There is no ${path}; GET ${controlPrefix} lists what there is` } };
  const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
  if (!handler) {
    const allow = Object.keys(handlers).join(', ');
    return { status: 405, body: { error: `${path} can be asked with ${allow}` }, allow };
  }
  try {
    return { status: 200, body: handler(controlled, body) };
  } catch (error) {
    if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
    if (error instanceof AwsException) return { status: error.status, body: { error: error.message } };
    throw error;
  }
}
