import type { Stage } from '@aws-sdk/client-api-gateway';
import type { StageModel } from '../../datasources/stages/wire/model.ts';
import { isObject, textOf } from '../../untrusted/unknown-value.ts';
import { stageToAws } from './stage-to-aws.ts';

/** AWS's stage as JSON. */
export type StageJson = Omit<Stage, 'createdDate' | 'lastUpdatedDate'> & {
  readonly createdDate?: string | undefined;
  readonly lastUpdatedDate?: string | undefined;
};

/** Values of variables and of a canary's overrides, by name. */
export interface StageValues {
  readonly variables: ReadonlyMap<string, string>;
  readonly overrides: ReadonlyMap<string, string>;
}

/** AWS's answer was validated when it came, and the gateway alone writes documents: the name tells one. */
const isStageJson = (value: unknown): value is StageJson =>
  isObject(value) && textOf(value, 'stageName') !== undefined;

/** AWS's null is an absent member. */
const withoutNulls = (key: string, value: unknown): unknown =>
  value === null || key === '$metadata' ? undefined : value;

/** A text that should be a stage as JSON; undefined if it is none. */
export function parseStage(text: string): StageJson | undefined {
  const value: unknown = JSON.parse(text, withoutNulls);
  return isStageJson(value) ? value : undefined;
}

/** AWS's answer that a stage was made of. Other processes share stages without it: of these, what the gateway knows. */
export function jsonOf(stage: StageModel): StageJson {
  const json = parseStage(JSON.stringify(stage.details)) ?? parseStage(JSON.stringify(stageToAws(stage)));
  if (json === undefined) throw new Error('a stage without a name');
  return json;
}

const dateOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);

export const awsStage = ({ createdDate, lastUpdatedDate, ...json }: StageJson): Stage => ({
  ...json,
  createdDate: dateOf(createdDate),
  lastUpdatedDate: dateOf(lastUpdatedDate),
});

const mapOf = (record: Readonly<Record<string, string>> | undefined) => new Map(Object.entries(record ?? {}));

export const valuesIn = ({ variables, canarySettings }: StageJson): StageValues => ({
  variables: mapOf(variables),
  overrides: mapOf(canarySettings?.stageVariableOverrides),
});

type Replace = (name: string, value: string, of: keyof StageValues) => string;

/** A stage with other values of variables and overrides. */
export function withValues(json: StageJson, replace: Replace): StageJson {
  const { variables, canarySettings } = json;
  const overrides = canarySettings?.stageVariableOverrides;
  const replaced = (record: Readonly<Record<string, string>>, of: keyof StageValues) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, replace(name, value, of)]));
  return {
    ...json,
    ...(variables === undefined ? {} : { variables: replaced(variables, 'variables') }),
    ...(overrides === undefined
      ? {}
      : {
          canarySettings: { ...canarySettings, stageVariableOverrides: replaced(overrides, 'overrides') },
        }),
  };
}

/** A map as JSON, of which `__proto__` may be a name. */
const recordOf = (map: ReadonlyMap<string, string>) => Object.fromEntries(map);

/** The text that is encrypted; null for a stage without variables. */
export const valuesText = ({ variables, overrides }: StageValues): string | null =>
  variables.size + overrides.size === 0
    ? null
    : JSON.stringify({ variables: recordOf(variables), overrides: recordOf(overrides) });

const textsIn = (value: unknown): Map<string, string> =>
  new Map(
    Object.entries(isObject(value) ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );

export function parseValues(text: string): StageValues {
  const value: unknown = JSON.parse(text);
  const member = (name: keyof StageValues): unknown =>
    isObject(value) && name in value ? Reflect.get(value, name) : undefined;
  return { variables: textsIn(member('variables')), overrides: textsIn(member('overrides')) };
}
