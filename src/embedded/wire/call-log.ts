/** One request that reached an operation. */
export interface LoggedRequest {
  readonly operation: string;
  /** Labels and query, decoded; a repeated query parameter is joined with commas. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** 0 until it is answered; it stays 0 when it never is. */
  readonly status: number;
}

export interface CallLog {
  /** Counts a call and remembers it; returns what to call with the status of its answer. */
  add(operation: string, params: Readonly<Record<string, string>>): Pending;
  readonly counts: () => Readonly<Record<string, number>>;
  readonly requests: () => readonly LoggedRequest[];
  readonly reset: () => void;
}

export interface Pending {
  body(body: unknown): void;
  answered(status: number): void;
}

interface Entry extends Omit<LoggedRequest, 'body' | 'status'> {
  body: unknown;
  status: number;
}

/** Counts every call, refused and failed ones too, and remembers the last thousand. */
export function createCallLog(capacity = 1000): CallLog {
  let counts = new Map<string, number>();
  let requests: Entry[] = [];
  return {
    add(operation, params) {
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      const entry: Entry = { operation, params, body: undefined, status: 0 };
      requests.push(entry);
      if (requests.length > capacity * 2) requests = requests.slice(-capacity);
      return {
        body: (body) => (entry.body = body),
        answered: (status) => (entry.status = status),
      };
    },
    counts: () => Object.fromEntries(counts),
    requests: () => requests.slice(-capacity).map((entry) => ({ ...entry })),
    reset() {
      counts = new Map();
      requests = [];
    },
  };
}
