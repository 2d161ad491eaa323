import type { AwsRegion } from '../upstream/calls/client.ts';

/** The names of a target, as every type of the schema has them. */
export interface TargetKey {
  /** The digits of the AWS account. */
  readonly account: string;
  /** E.g. `eu-central-1`. */
  readonly region: string;
}

/** An AWS account in a Region. */
export interface Target extends TargetKey, AwsRegion {
  /** Another name of the account, from the file of targets. */
  readonly alias: string | undefined;
  /** Whether it is meant where an operation names neither account nor Region. */
  readonly home: boolean;
  /** What messages call it; undefined where there is only one target. */
  readonly label: string | undefined;
}

/** A target as one text. */
export const targetId = ({ account, region }: TargetKey): string => `${account}/${region}`;

/** The target that such a text names. */
export function targetKeyOf(id: string): TargetKey {
  const [account = '', region = ''] = id.split('/', 2);
  return { account, region };
}

/** The target with these names. */
export const targetNamed = (targets: readonly Target[], { account, region }: TargetKey): Target | undefined =>
  targets.find((target) => target.account === account && target.region === region);
