import type { StageDefinitionInput, StagePart } from '../../../__generated__/types.ts';
import { decodeMethodKey, STAGE_DEFAULT_KEY } from '../wire/method-setting-key.ts';
import type { MethodSettingValues } from '../wire/method-settings.ts';
import { keepUnset } from './resolve-definition.ts';
import { newEntryValues, isEcho } from './stage-difference.ts';
import { partOf } from './stage-parts.ts';
import type { StageFields, StageState } from './stage-state.ts';

/** A canary that serves its stage's own deployment does so in the other stage as well. */
const canaryFrom = (source: StageState, deploymentId: string): StageState['canary'] =>
  source.canary && (isEcho(source) ? { ...source.canary, deploymentId } : source.canary);

/** The stage with some parts of another one. Dead keys are not copied. */
export function mirrorParts(before: StageState, source: StageState, parts: readonly StagePart[]): StageState {
  const inherited = newEntryValues(source).loggingLevel;
  /** A new entry cannot be without a level where the default entry has one. */
  const copyOf = (key: string, values: MethodSettingValues): MethodSettingValues => {
    const isUnset = key !== STAGE_DEFAULT_KEY && values.loggingLevel === null && inherited !== null;
    return keepUnset(isUnset ? { ...values, loggingLevel: 'OFF' } : values, before.methods.get(key));
  };
  const has = (member: keyof StageDefinitionInput): boolean => parts.includes(partOf[member]);
  const field = <Name extends keyof StageFields>(name: Name): StageFields[Name] =>
    (has(name) ? source : before).fields[name];
  const live = new Map(
    [...source.methods]
      .filter(([key]) => decodeMethodKey(key).canonical)
      .map(([key, values]) => [key, copyOf(key, values)] as const),
  );
  return {
    fields: {
      deploymentId: field('deploymentId'),
      description: field('description'),
      cacheClusterEnabled: field('cacheClusterEnabled'),
      cacheClusterSize: field('cacheClusterSize'),
      clientCertificateId: field('clientCertificateId'),
      documentationVersion: field('documentationVersion'),
      tracingEnabled: field('tracingEnabled'),
    },
    variables: has('variables') ? source.variables : before.variables,
    accessLog: has('accessLogSettings') ? source.accessLog : before.accessLog,
    canary: has('canarySettings') ? canaryFrom(source, field('deploymentId')) : before.canary,
    methods: has('methodSettings') ? live : before.methods,
    tags: has('tags') ? source.tags : before.tags,
  };
}
