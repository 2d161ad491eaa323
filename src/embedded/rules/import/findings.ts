import { assumed } from '../../errors/assumed.ts';
import { AwsException, badRequest } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';

/** What an import reports. It continues after an error, so that all errors are reported together. */
export interface Findings {
  readonly errors: string[];
  readonly warnings: string[];
}

/** The result of a step; its error is reported with what the step does, and gives undefined. */
export function attempt<T>({ errors }: Findings, what: string, step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof AwsException)) throw error;
    errors.push(`${what}: ${error.message}`);
    return undefined;
  }
}

export function checkFindings({ errors, warnings }: Findings, failOnWarnings: boolean) {
  if (errors.length > 0) throw badRequest(recorded.importErrors(errors, warnings));
  if (failOnWarnings && warnings.length > 0) throw badRequest(assumed.importWarnings(warnings));
}
