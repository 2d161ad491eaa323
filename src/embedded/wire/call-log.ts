/** One request that reached an operation. */
export interface LoggedRequest {
  readonly operation: string;
  /** Labels and query, decoded; values of a repeated query parameter are joined with commas. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** 0 until the response is sent; it stays 0 for a request without a response. */
  readonly status: number;
}

/** The log's own entry, which the server completes while it handles the request. */
export interface CallLogEntry extends Omit<LoggedRequest, 'body' | 'status'> {
  body: unknown;
  status: number;
}

export interface CallLog {
  add(operation: string, params: Readonly<Record<string, string>>): CallLogEntry;
  readonly counts: () => Readonly<Record<string, number>>;
  readonly requests: () => readonly LoggedRequest[];
  readonly reset: () => void;
}

/** Counts every call, including rejected and failed ones, and keeps the last thousand requests. */
export function createCallLog(capacity = 1000): CallLog {
  let counts = new Map<string, number>();
  let requests: CallLogEntry[] = [];
  return {
    add(operation, params) {
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      const entry: CallLogEntry = { operation, params, body: undefined, status: 0 };
      requests.push(entry);
      if (requests.length > capacity * 2) requests = requests.slice(-capacity);
      return entry;
    },
    counts: () => Object.fromEntries(counts),
    requests: () => requests.slice(-capacity).map((entry) => ({ ...entry })),
    reset() {
      counts = new Map();
      requests = [];
    },
  };
}
