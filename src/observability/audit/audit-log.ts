import { type DestinationStream, pino } from 'pino';
import type { Caller } from '../../auth/caller.ts';
import { redactOperation, type ChangeCalls } from '../../datasources/stages/changes/change-trail.ts';
import { isObject, memberOf, textOf } from '../../untrusted/unknown-value.ts';
import { writeToStandardError } from '../line-writer.ts';

/** A change that somebody asked for, and what became of it. */
export interface Change {
  readonly requestId: string;
  readonly caller: Caller;
  /** The mutation's name in the schema. */
  readonly mutation: string;
  readonly input: unknown;
  /** A code of the schema, `OK` or `DRY_RUN`. */
  readonly outcome: string;
  readonly payload: unknown;
  readonly trail: ChangeCalls;
}

export interface AuditLog {
  /** Writes a line for a change, whatever became of it: where the log cannot be written, to standard error. Never throws. */
  readonly write: (change: Change) => void;
  /** Throws why the log cannot be written: no change may be made then. After a failure each call tries again. */
  readonly check: () => void;
}

/** The operations of a dry run: they are in no call. */
function rehearsed(payload: unknown): object[] {
  const operations = memberOf(payload, 'patchOperations');
  const isOperation = (value: unknown): value is { path: string; value?: string | null } =>
    textOf(value, 'path') !== undefined;
  return Array.isArray(operations) ? operations.filter(isOperation).map(redactOperation) : [];
}

function lineOf({ requestId, caller, mutation, input, outcome, payload, trail }: Change): object {
  const isDryRun = memberOf(input, 'dryRun') === true;
  return {
    requestId,
    subject: caller.subject,
    clientName: caller.client.name,
    clientVersion: caller.client.version,
    mutation,
    restApiId: textOf(input, 'restApiId') ?? null,
    stageName: textOf(input, 'stageName') ?? null,
    dryRun: isDryRun,
    // Their names: the values are in the calls, as far as they may be told.
    inputFields: isObject(input) ? Object.keys(input) : [],
    outcome,
    calls: trail.calls,
    ...(isDryRun ? { patchOperations: rehearsed(payload) } : {}),
    revisionBefore: trail.revisionBefore,
    revisionAfter: isDryRun
      ? null
      : (textOf(memberOf(memberOf(payload, 'stage'), 'details'), 'revision') ?? null),
  };
}

/** The time in which lines could not be written. */
interface Outage {
  readonly since: string;
  /** Lines that went to standard error instead. */
  missing: number;
}

/**
 * The audit log: JSON lines, to a file or to standard output among the others, where `"log":"audit"` finds them. No log
 * level silences it. A line is written before the client has its answer: `destination` has it when `write` returns, or
 * throws. Once writing works again, a line `resumed` says how many lines the log lacks.
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
          fallback.error({ err: error }, 'the audit log cannot be written: the lines that it lacks follow');
          outage = { since: new Date().toISOString(), missing: 0 };
        }
        outage.missing += 1;
        fallback.info(line, 'change');
      }
    },
  };
}
