import { createHash, randomBytes } from 'node:crypto';

/** `random`, or a number that gives the same values in every run. */
export type Seed = number | 'random';

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** At most 32 bytes at a time: with a number as the seed, the hash of a counter. */
function createBytes(seed: Seed, purpose: string) {
  let count = 0;
  return (size: number): Buffer =>
    seed === 'random'
      ? randomBytes(size)
      : createHash('sha256').update(`${seed} ${purpose} ${++count}`).digest().subarray(0, size);
}

/** One sequence for each purpose, so that the number of reads has no influence on the ids of resources. */
const createSequences = (seed: Seed) => ({
  seed,
  ids: createBytes(seed, 'ids'),
  requests: createBytes(seed, 'requests'),
  conflicts: createBytes(seed, 'conflicts'),
});

function toUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The only source of ids. `random` serves the conflicts without a seed, from 0 up to 1. */
export function createRandomSource(isTaken: (id: string) => boolean, random: () => number) {
  let current = createSequences('random');
  const newId = (length: number): string => {
    const id = Array.from(current.ids(length), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
    // A sequence that starts again gives ids that the state can contain; without a seed they never repeat.
    return current.seed !== 'random' && isTaken(id) ? newId(length) : id;
  };
  return {
    /** Lower-case letters and digits. */
    newId,
    newRequestId: () => toUuid(current.requests(16)),
    newExtendedRequestId: () => current.requests(11).toString('base64'),
    /** A number from 0 up to 1. */
    random: () =>
      current.seed === 'random' ? random() : current.conflicts(4).readUInt32BE() / 0x1_0000_0000,
    /** Starts the sequences of the seed. */
    restart(seed: Seed) {
      current = createSequences(seed);
    },
  };
}

export type RandomSource = ReturnType<typeof createRandomSource>;
