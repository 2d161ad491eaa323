import { open } from 'node:fs/promises';
import { type DestinationStream, pino } from 'pino';
import type { Caller } from './auth/caller.ts';
import { tellable, type Trail } from './datasources/change-trail.ts';
import { isObject, memberOf, textOf } from './unknown-value.ts';

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
  readonly trail: Trail;
}

/** Writes a line for every change, whatever became of it. */
export type AuditLog = (change: Change) => void;

/** The operations of a dry run: they are in no call. */
function rehearsed(payload: unknown): object[] {
  const operations = memberOf(payload, 'patchOperations');
  const isOperation = (value: unknown): value is { path: string; value?: string | null } =>
    textOf(value, 'path') !== undefined;
  return Array.isArray(operations) ? operations.filter(isOperation).map(tellable) : [];
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

/**
 * The audit log: JSON lines, to a file or to standard output among the others, where `"log":"audit"` finds them. No log
 * level silences it. A line is written before the client has its answer: `destination` has it when `write` returns.
 */
export function createAuditLog(destination: DestinationStream): AuditLog {
  const logger = pino({ base: { log: 'audit' }, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  return (change) => logger.info(lineOf(change), 'change');
}

/** The audit log's file, which is appended to. Rejects where it cannot be written. */
export async function auditFile(path: string): Promise<DestinationStream> {
  // The stream would only say so later, when there is something to write.
  await (await open(path, 'a')).close();
  return pino.destination({ dest: path, append: true, sync: true });
}
