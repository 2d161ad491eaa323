export { createFingerprintKey } from './fingerprint.ts';
export { createStageCodec, type DecodedStage, type StageCodec, type StoredStage } from './stage-codec.ts';
export type { StageValues } from './stage-json.ts';
export { findingsColumn, type MethodsOf, type StageColumns, stageColumns } from './stage-columns.ts';
export { keyText, type StoredKey, storedKey } from './stored-key.ts';
export { createReplaceableCipher, createValueCipher, type ValueCipher } from './value-cipher.ts';
