import { documented, number, timeout, whole } from './formats.ts';

/** How the gateway calls AWS. */
export const upstream = {
  UPSTREAM_RATE: documented(
    number(
      'more than 0 and at most 100000 calls a second',
      (value) => value > 0 && value <= 100_000,
    ).prefault('5'),
    "The gateway's share of the account's control-plane rate, in calls per second, of all processes that " +
      'share `REDIS_URL` together. AWS allows 10 per account. Too high starves other tools (Terraform, the ' +
      'console) and causes 429; too low makes clients wait ([the budget](budget.md)).',
  ),
  UPSTREAM_BURST: documented(
    whole(1, 100_000).prefault('20'),
    'Number of calls that may be made at once, before `UPSTREAM_RATE` applies: the size of the token bucket. ' +
      'AWS allows 40 per account.',
  ),
  UPSTREAM_TIMEOUT_SECONDS: documented(
    timeout(300).prefault('10'),
    'Seconds for one attempt of a call to AWS, until the last byte of its response. Too short turns slow ' +
      'changes into `OUTCOME_UNKNOWN`. Not more than `UPSTREAM_DEADLINE_SECONDS`.',
  ),
  UPSTREAM_DEADLINE_SECONDS: documented(
    timeout(300).prefault('25'),
    'Seconds for everything that one request does at AWS, including retries and the wait for the rate ' +
      'limiter. Set it below the timeout of the clients and the router.',
  ),
};
