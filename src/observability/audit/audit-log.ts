import { type DestinationStream, pino } from 'pino';
import type { Caller } from '../../auth/caller.ts';
import type { ChangeReport } from '../../datasources/stages/changes/change-recorder.ts';
import { writeToStandardError } from '../line-writer.ts';

/** A change that a caller asked for, and what became of it. */
export interface AuditedChange {
  readonly requestId: string;
  readonly caller: Caller;
  /** The mutation's name in the schema. */
  readonly mutation: string;
  readonly input: { readonly restApiId: string; readonly stageName?: string | null | undefined };
  readonly isDryRun: boolean;
  /** A code of the schema, `OK` or `DRY_RUN`. */
  readonly outcome: string;
  readonly change: ChangeReport;
}

export interface AuditLog {
  /** Writes a line for a change, also for a refused one. If the log cannot be written, to standard error. Never throws. */
  readonly write: (change: AuditedChange) => void;
  /** Throws if the log cannot be written: no change may be made then. After a failure, each call tries again. */
  readonly check: () => void;
}

const refusal = (policies: readonly string[]): string =>
  policies.length === 0 ? 'no policy permits' : policies.join(', ');

const lineOf = ({ caller, input, isDryRun, change, ...audited }: AuditedChange): object => ({
  requestId: audited.requestId,
  subject: caller.subject,
  clientName: caller.client.name,
  clientVersion: caller.client.version,
  mutation: audited.mutation,
  account: change.target?.account ?? null,
  region: change.target?.region ?? null,
  restApiId: input.restApiId,
  stageName: input.stageName ?? null,
  dryRun: isDryRun,
  // Names only: the values that may be logged are in the calls.
  inputFields: Object.keys(input),
  outcome: audited.outcome,
  ...(change.refusedBy === undefined ? {} : { policy: refusal(change.refusedBy) }),
  calls: change.calls,
  // The operations of other changes are in the calls.
  ...(isDryRun ? { patchOperations: change.patchOperations } : {}),
  revisionBefore: change.revisionBefore,
  revisionAfter: isDryRun ? null : change.revisionAfter,
});

/** A time in which lines cannot be written. */
interface Outage {
  readonly since: string;
  /** How many lines went to standard error instead. */
  missing: number;
}

/**
 * The audit log: JSON lines, to a file or among the other lines of standard output, where they have `"log":"audit"`. It
 * does not depend on the log level. A line is written before the client has its answer: `destination` has it when `write`
 * returns, or throws. After a failure, a line `resumed` gives the number of lines that are missing from the log.
 */
export function createAuditLog(
  destination: DestinationStream,
  standardError: DestinationStream = { write: writeToStandardError },
): AuditLog {
  const options = { base: { log: 'audit' }, timestamp: pino.stdTimeFunctions.isoTime };
  const log = pino(options, destination);
  const fallback = pino(options, standardError);
  let outage: Outage | undefined;

  function check(): void {
    if (outage === undefined) return;
    log.info(outage, 'resumed');
    outage = undefined;
  }

  return {
    check,
    write(change) {
      const line = lineOf(change);
      try {
        check();
        log.info(line, 'change');
      } catch (error) {
        if (outage === undefined) {
          fallback.error({ err: error }, 'the audit log cannot be written: the missing lines follow');
          outage = { since: new Date().toISOString(), missing: 0 };
        }
        outage.missing += 1;
        fallback.info(line, 'change');
      }
    },
  };
}
