import { type StageState, stateOf } from '../../datasources/stages/desired/stage-state.ts';
import { stageFromAws } from '../../datasources/stages/wire/from-aws.ts';
import type { MethodSettingModel, StageDetails, StageModel } from '../../datasources/stages/wire/model.ts';
import { type Target, targetKeyOf } from '../../fleet/target.ts';
import { createFingerprint } from './fingerprint.ts';
import {
  awsStage,
  jsonOf,
  parseStage,
  parseValues,
  type StageJson,
  type StageValues,
  valuesIn,
  valuesText,
  withValues,
} from './stage-json.ts';
import { keyText, type StoredKey, storedKey } from './stored-key.ts';
import type { ValueCipher } from './value-cipher.ts';

/** A state of a stage as every table has it. */
export interface StoredStage extends StoredKey {
  readonly revision: string;
  /** AWS's stage as JSON, with fingerprints in place of values. */
  readonly document: string;
  readonly secret_values: string | null;
}

/** A stage from the database. */
export interface DecodedStage {
  readonly stage: StageModel;
  /** Whether the stage has variables whose values are not known: they are ''. */
  readonly unknownValues: boolean;
  /** Their names. */
  readonly unknown: UnknownNames;
}

export interface UnknownNames {
  readonly variables: readonly string[];
  readonly overrides: readonly string[];
}

/** Details with the revision that was stored: that of a document would be another one. */
class StoredDetails implements StageDetails {
  readonly #json: StageJson;
  readonly #details: StageDetails;
  readonly revision: string;

  constructor(json: StageJson, details: StageDetails, revision: string) {
    this.#json = json;
    this.#details = details;
    this.revision = revision;
  }

  get methodSettings(): MethodSettingModel[] {
    return this.#details.methodSettings;
  }

  toJSON(): StageJson {
    return this.#json;
  }
}

function parseDocument({ document, ...row }: StoredStage): StageJson {
  const json = parseStage(document);
  if (json === undefined) throw new Error(`the stored document of ${keyText(row)} is not a stage`);
  return json;
}

/** The names whose values are not known. */
function unknownNames(stored: StageValues, known: StageValues | undefined): UnknownNames {
  const unknownOf = (of: keyof StageValues): string[] =>
    [...stored[of].keys()].filter((name) => known?.[of].has(name) !== true);
  return { variables: unknownOf('variables'), overrides: unknownOf('overrides') };
}

/** Values that are not stored, but have not changed since: their fingerprints say so. */
function unchangedValues(
  key: StoredKey,
  stored: StageValues,
  now: StageValues,
  fingerprint: ReturnType<typeof createFingerprint>,
): StageValues {
  const unchanged = (of: keyof StageValues) =>
    new Map([...now[of]].filter(([name, value]) => stored[of].get(name) === fingerprint(key, name, value)));
  return { variables: unchanged('variables'), overrides: unchanged('overrides') };
}

/** For what does not depend on a partition. */
const anyTarget = (target: string): Target => ({
  ...targetKeyOf(target),
  partition: 'aws',
  dnsSuffix: 'amazonaws.com',
  alias: undefined,
  home: false,
  label: undefined,
});

const EPOCH = new Date(0);

export type StageCodec = ReturnType<typeof createStageCodec>;

/** Between a stage and what is stored of it. */
export function createStageCodec({
  cipher,
  fingerprintKey,
}: {
  readonly cipher: ValueCipher;
  /** The key now. */
  readonly fingerprintKey: () => Buffer;
}) {
  const fingerprint = createFingerprint(fingerprintKey);
  /** Stages without their values: encoded again, they are what they were. */
  const storedOf = new WeakMap<StageDetails, StoredStage>();

  /** The values of a stored stage; undefined if they are not known. */
  function valuesOf(row: Pick<StoredStage, 'secret_values'> & StoredKey): StageValues | undefined {
    const text = row.secret_values === null ? undefined : cipher.decrypt(row.secret_values, keyText(row));
    return text === undefined ? undefined : parseValues(text);
  }

  function encode(stage: StageModel): StoredStage {
    const stored = storedOf.get(stage.details);
    if (stored !== undefined) return stored;
    const key = storedKey(stage);
    const json = jsonOf(stage);
    const text = valuesText(valuesIn(json));
    return {
      ...key,
      revision: stage.details.revision,
      document: JSON.stringify(withValues(json, (name, value) => fingerprint(key, name, value))),
      secret_values: text === null ? null : cipher.encrypt(text, keyText(key)),
    };
  }

  function decode(row: StoredStage, target: Target, observedAt: Date, now?: StageValues): DecodedStage {
    const json = parseDocument(row);
    const stored = valuesIn(json);
    const values = valuesOf(row) ?? (now && unchangedValues(row, stored, now, fingerprint));
    const withKnown = withValues(json, (name, _, of) => values?.[of].get(name) ?? '');
    const unknown = unknownNames(stored, values);
    const unknownValues = unknown.variables.length + unknown.overrides.length > 0;
    const model = stageFromAws(awsStage(withKnown), row.rest_api_id, target, observedAt);
    const details = new StoredDetails(withKnown, model.details, row.revision);
    const { target: name, rest_api_id, stage_name, revision, document, secret_values } = row;
    storedOf.set(details, { target: name, rest_api_id, stage_name, revision, document, secret_values });
    return { stage: { ...model, details }, unknownValues, unknown };
  }

  return {
    encode,
    /** A stage with the values that are known. */
    decode,
    /** The same where nothing depends on the partition. `now`: the values of today, some of which may be those of then. */
    decodeAnywhere: (row: StoredStage, now?: StageValues): DecodedStage =>
      decode(row, anyTarget(row.target), EPOCH, now),
    /** A stage's state with fingerprints for values: two of them differ where the values do, known or not. */
    stateOf: (row: StoredStage): StageState =>
      stateOf(stageFromAws(awsStage(parseDocument(row)), row.rest_api_id, anyTarget(row.target), EPOCH)),
    valuesOf,
    /** Whether `fresh`, the same revision, has values that can be read where or when those of `stored` cannot. */
    improves: (fresh: StoredStage, stored: Pick<StoredStage, 'secret_values'>): boolean =>
      fresh.secret_values !== null &&
      cipher.isOutdated(stored.secret_values) &&
      !cipher.isOutdated(fresh.secret_values),
    isOutdated: cipher.isOutdated,
    encrypt: cipher.encrypt,
    decrypt: cipher.decrypt,
  };
}
