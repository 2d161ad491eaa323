import { GraphQLError } from 'graphql';

/** The operation needs more calls than one may cost. */
export class TooManyCalls extends GraphQLError {
  /** The limit that refused it: a load is made for all who wait for it. */
  readonly by: object;

  constructor(by: object, { most, needed, first }: TooMany) {
    const advice =
      first === undefined ? 'Ask for less at once.' : `Ask for less at once: "first: ${first}" fits.`;
    super(`An operation may need at most ${most} calls to AWS; this one needs ${needed}. ${advice}`, {
      extensions: { code: 'OPERATION_TOO_LARGE' },
    });
    this.by = by;
  }
}

interface TooMany {
  readonly most: number;
  readonly needed: number;
  /** So many things of each page of APIs would fit. */
  readonly first: number | undefined;
}

/** A read that may turn out to need a call. */
export interface Follow {
  /** Resolves when it may be made. Rejects with TooManyCalls. `isNeeded`: no older value would do. */
  readonly needsCall: (restApiId: string, isNeeded: () => boolean) => Promise<void>;
  readonly answered: () => void;
}

/** How many calls the reads of one operation may cost. */
export interface CallLimit {
  readonly follow: () => Follow;
  /** A page of APIs was read: what is asked of each of them comes next. */
  readonly page: (restApiIds: readonly string[]) => void;
  /** Whether it was this limit that refused a call. */
  readonly isOwn: (error: TooManyCalls) => boolean;
}

interface Call {
  readonly restApiId: string;
  readonly isNeeded: () => boolean;
  readonly make: () => void;
  readonly refuse: (reason: TooManyCalls) => void;
}

/** So long calls wait at most to be judged together with reads of which it does not show yet whether they need one. */
const PATIENCE_MS = 100;
const LOOK_MS = 5;

/**
 * Judges the calls together that an operation comes to need at the same moment: where they are too many none is made,
 * and their caller need not wait for a hundred of them to hear it. What the cache answers is no call.
 */
export function createCallLimit(most: number): CallLimit {
  const self = {};
  /** Made, or about to be. */
  let calls = 0;
  /** Reads that are neither answered nor known to need a call. */
  let undecided = 0;
  let waiting: Call[] = [];
  const pages: ReadonlySet<string>[] = [];

  /** How many things a page may have, so that all that is asked of each of them fits. */
  function fittingFirst(needed: readonly Call[]): number | undefined {
    const ofPages = needed.filter(({ restApiId }) => pages.some((page) => page.has(restApiId))).length;
    const items = pages.reduce((sum, { size }) => sum + size, 0);
    if (ofPages === 0 || items === 0) return undefined;
    const left = most - calls - (needed.length - ofPages);
    const first = Math.floor(left / Math.ceil(ofPages / items) / pages.length);
    return first > 0 ? first : undefined;
  }

  function judge(): void {
    const all = waiting;
    waiting = [];
    const needed = all.filter(({ isNeeded }) => isNeeded());
    const spare = all.filter((call) => !needed.includes(call));
    const tooMany = new TooManyCalls(self, {
      most,
      needed: calls + needed.length,
      first: fittingFirst(needed),
    });
    const fit = calls + needed.length <= most;
    // What could be answered without takes what is left.
    for (const call of [...needed, ...spare]) {
      if (fit && calls < most) {
        calls += 1;
        call.make();
      } else call.refuse(tooMany);
    }
  }

  function judgeSoon(since: number): void {
    const mayBeTooMany = calls + waiting.length + undecided > most;
    if (!mayBeTooMany || undecided === 0 || performance.now() - since > PATIENCE_MS) judge();
    else setTimeout(() => judgeSoon(since), LOOK_MS);
  }

  return {
    follow() {
      let isDecided = false;
      undecided += 1;
      const decided = (): void => {
        if (!isDecided) undecided -= 1;
        isDecided = true;
      };
      return {
        answered: decided,
        needsCall(restApiId, isNeeded) {
          decided();
          return new Promise((make, refuse) => {
            waiting.push({ restApiId, isNeeded, make, refuse });
            const since = performance.now();
            // All that is asked for in this turn of the event loop is there by then.
            if (waiting.length === 1) setImmediate(() => judgeSoon(since));
          });
        },
      };
    },
    isOwn: ({ by }) => by === self,
    page: (restApiIds) => void pages.push(new Set(restApiIds)),
  };
}
