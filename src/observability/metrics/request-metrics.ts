import type { StageUserErrorCode } from '../../__generated__/types.ts';
import type { GatewayObserver, OperationDone, OperationType } from '../observer.ts';
import { boundedNames } from './bounded-names.ts';
import { ERROR_CODES, errorCode, mutationOutcome } from './outcomes.ts';
import { type Instruments, SECONDS } from './prometheus.ts';

/** Clients choose these names: at most this many operations and clients have series of their own. */
const MAX_NAMES = 200;
const MAX_CLIENTS = 50;
const MAX_NAME_LENGTH = 100;
const IDLE_NAME_MS = 10 * 60_000;

/** The other label values of operations with a name. */
const OPERATION_TYPES: readonly OperationType[] = ['query', 'mutation'];
const OUTCOMES: readonly OperationDone['outcome'][] = ['ok', 'partial', 'error'];

/** Outcomes after which a person should look at the stage. */
const ALARMING_OUTCOMES: readonly StageUserErrorCode[] = ['OUTCOME_UNKNOWN', 'PARTIALLY_APPLIED'];

const ANONYMOUS = 'anonymous';
const UNNAMED = 'none';

/** Operations by name. The series of an evicted name are removed. */
function operationMetrics(
  { counter, histogram }: Instruments,
  now: () => number,
): GatewayObserver['operated'] {
  const operations = counter(
    'graphql_operations_total',
    'Finished GraphQL operations.',
    'operation_name',
    'operation_type',
    'outcome',
  );
  const seconds = histogram(
    'graphql_operation_duration_seconds',
    'From the first byte of the request to the response of GraphQL.',
    SECONDS,
    'operation_name',
    'operation_type',
  );
  const nameOf = boundedNames({
    maxNames: MAX_NAMES,
    maxLength: MAX_NAME_LENGTH,
    idleMs: IDLE_NAME_MS,
    now,
    onEvict(operation_name) {
      for (const operation_type of OPERATION_TYPES) {
        seconds.remove({ operation_name, operation_type });
        for (const outcome of OUTCOMES) operations.remove({ operation_name, operation_type, outcome });
      }
    },
  });
  return ({ name, type, outcome, durationMs }) => {
    // An invalid operation gets no name of its own.
    const operation_name = type === 'unknown' ? ANONYMOUS : nameOf(name ?? ANONYMOUS);
    operations.inc(operation_name, type, outcome);
    seconds.observe({ operation_name, operation_type: type }, durationMs / 1000);
  };
}

/** Requests by what their callers say they are. The series of an evicted name are removed. */
function clientMetrics({ counter }: Instruments, now: () => number) {
  const requests = counter(
    'client_requests_total',
    'Requests with an operation, by the name that the client sends.',
    'client',
    'outcome',
  );
  const nameOf = boundedNames({
    maxNames: MAX_CLIENTS,
    maxLength: MAX_NAME_LENGTH,
    reserved: [UNNAMED],
    idleMs: IDLE_NAME_MS,
    now,
    onEvict(client) {
      for (const outcome of [...OUTCOMES, ...ERROR_CODES]) requests.remove({ client, outcome });
    },
  });
  return (client: string | null, outcome: string) =>
    requests.inc(client === null ? UNNAMED : nameOf(client), outcome);
}

/** What the gateway does for its clients. */
export function requestMetrics(
  instruments: Instruments,
  mutationNames: readonly string[],
  now: () => number,
): Pick<GatewayObserver, 'operated' | 'failed' | 'changed' | 'answered' | 'shed' | 'forbade'> {
  const { counter } = instruments;
  const countOperation = operationMetrics(instruments, now);
  const countClient = clientMetrics(instruments, now);
  const errors = counter('graphql_errors_total', 'Errors in responses by code, also before GraphQL.', 'code');
  const responses = counter('http_responses_total', 'HTTP responses on the public port by status.', 'status');
  const shed = counter('http_shed_requests_total', 'Requests refused because of overload.', 'reason');
  const forbidden = counter('policy_refusals_total', 'Refusals by policies.', 'action');
  const mutations = counter('mutations_total', 'Mutations by outcome.', 'mutation', 'outcome');
  // An alert sees a series grow. If the series began with the first event, that event would not be seen.
  for (const mutation of mutationNames)
    for (const outcome of ALARMING_OUTCOMES) mutations.start({ mutation, outcome });

  return {
    operated(operation) {
      countOperation(operation);
      countClient(operation.client, operation.outcome);
      for (const code of operation.codes) errors.inc(errorCode(code));
    },
    failed(code, client) {
      errors.inc(errorCode(code));
      countClient(client, errorCode(code));
    },
    changed: ({ mutation, outcome }) => mutations.inc(mutation, mutationOutcome(outcome)),
    answered: (status) => responses.inc(String(status)),
    shed: (reason) => shed.inc(reason),
    forbade: (action) => forbidden.inc(action),
  };
}
