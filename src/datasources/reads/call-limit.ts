import { GraphQLError } from 'graphql';

/** The operation needs more calls than one operation may make. */
export class TooManyCalls extends GraphQLError {
  /** Identifies the limit that refused the call: requests share loads, but each has a limit of its own. */
  readonly limit: object;

  /** `first`: how many items of each page of APIs would fit. */
  constructor(limit: object, most: number, needed: number, first: number | undefined) {
    const advice = first === undefined ? '.' : `: "first: ${first}" fits.`;
    super(`The operation needs ${needed} calls to AWS; the limit is ${most}. Ask for less at once${advice}`, {
      extensions: { code: 'OPERATION_TOO_LARGE' },
    });
    this.limit = limit;
  }
}

export type CallLimit = ReturnType<typeof createCallLimit>;

interface Call {
  /** The API that the call is about, with its target. */
  readonly restApiId: string;
  /** Whether no stale value can be served instead. */
  readonly isRequired: () => boolean;
  readonly make: () => void;
  readonly refuse: (reason: TooManyCalls) => void;
}

/** How long calls wait at most for reads that may need a call, too. */
const MAX_WAIT_MS = 100;
const RECHECK_MS = 5;

/** How many items a page may have, so that the calls for each of its items fit into what is left. */
function fittingFirst(
  required: readonly Call[],
  pages: readonly ReadonlySet<string>[],
  left: number,
): number | undefined {
  const ofPages = required.filter(({ restApiId }) => pages.some((page) => page.has(restApiId))).length;
  const items = pages.reduce((sum, { size }) => sum + size, 0);
  if (ofPages === 0 || items === 0) return undefined;
  const leftForPages = left - (required.length - ofPages);
  const first = Math.floor(leftForPages / Math.ceil(ofPages / items) / pages.length);
  return first > 0 ? first : undefined;
}

/**
 * Decides together on the calls that an operation needs at the same moment: if there are too many, none is made, and the
 * client gets the error at once. A read that the cache answers is no call.
 */
export function createCallLimit(most: number) {
  const self = {};
  /** Made, or about to be. */
  let calls = 0;
  /** Reads that have neither ended nor asked for a call. */
  let undecided = 0;
  let waiting: Call[] = [];
  const pages: ReadonlySet<string>[] = [];

  function decide(): void {
    const all = waiting;
    waiting = [];
    const required = all.filter(({ isRequired }) => isRequired());
    const optional = all.filter((call) => !required.includes(call));
    const needed = calls + required.length;
    const first = fittingFirst(required, pages, most - calls);
    const tooMany = new TooManyCalls(self, most, needed, first);
    const fit = needed <= most;
    // Refreshes of stale values take what is left.
    for (const call of [...required, ...optional]) {
      if (fit && calls < most) {
        calls += 1;
        call.make();
      } else call.refuse(tooMany);
    }
  }

  function decideSoon(since: number): void {
    const mayBeTooMany = calls + waiting.length + undecided > most;
    if (!mayBeTooMany || undecided === 0 || performance.now() - since > MAX_WAIT_MS) decide();
    else setTimeout(() => decideSoon(since), RECHECK_MS);
  }

  return {
    /** A read begins that may turn out to need a call. */
    track() {
      let isDecided = false;
      undecided += 1;
      /** The read has ended, with or without a call. */
      const end = (): void => {
        if (!isDecided) undecided -= 1;
        isDecided = true;
      };
      return {
        end,
        /** Resolves when the call may be made. Rejects with TooManyCalls. */
        needsCall(restApiId: string, isRequired: () => boolean): Promise<void> {
          end();
          return new Promise((make, refuse) => {
            waiting.push({ restApiId, isRequired, make, refuse });
            const since = performance.now();
            // By then, all reads of this turn of the event loop have been tracked.
            if (waiting.length === 1) setImmediate(() => decideSoon(since));
          });
        },
      };
    },
    /** Whether it was this limit that refused a call. */
    isOwn: ({ limit }: TooManyCalls): boolean => limit === self,
    /** A page of APIs was read, here with their targets. */
    reportPage: (restApiIds: readonly string[]) => void pages.push(new Set(restApiIds)),
  };
}
