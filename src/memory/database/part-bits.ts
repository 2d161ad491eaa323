import type { StageFieldChange, StagePart } from '../../__generated__/types.ts';

/** What each bit of the stored column means: a part keeps its position for ever, and a new part takes the next one. */
const positions = {
  DEPLOYMENT: 0,
  DESCRIPTION: 1,
  CACHE_CLUSTER: 2,
  METHOD_SETTINGS: 3,
  VARIABLES: 4,
  DOCUMENTATION_VERSION: 5,
  ACCESS_LOG_SETTINGS: 6,
  CANARY_SETTINGS: 7,
  TRACING: 8,
  CLIENT_CERTIFICATE: 9,
  TAGS: 10,
} as const satisfies Record<StagePart, number>;

/** A bit for each part. */
export const partBits = (parts: Iterable<StagePart>): number =>
  [...parts].reduce((sum, part) => sum | (1 << positions[part]), 0);

/** Beyond the bits of all parts. */
const HIDDEN_VALUES_SHIFT = 15;

type Changes = readonly Pick<StageFieldChange, 'part'>[];

/** The column `parts`: the parts of an entry's changes, and above them those that readers without values of variables see. */
export const partsColumn = (changes: Changes, withoutValues: Changes): number =>
  partBits(changes.map(({ part }) => part)) | bitsWithoutValues(withoutValues.map(({ part }) => part));

export const bitsWithoutValues = (parts: Iterable<StagePart>): number =>
  partBits(parts) << HIDDEN_VALUES_SHIFT;
