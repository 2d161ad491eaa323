import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { oncePer } from '../../memoize/once-per.ts';

/** Encrypts what only some callers may see. */
export interface ValueCipher {
  /** Null without a key. To decrypt it, the same context must be given: it cannot be moved to another stage. */
  readonly encrypt: (text: string, context: string) => string | null;
  /** Undefined: none of the keys has encrypted it, or not for this context. */
  readonly decrypt: (sealed: string, context: string) => string | undefined;
  /** Whether encrypting anew would make it readable for longer: it is not encrypted by the first key. */
  readonly isOutdated: (sealed: string | null) => boolean;
}

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_BYTES = 6;

interface NamedKey {
  readonly id: string;
  readonly key: Buffer;
}

const named = (key: Buffer): NamedKey => ({
  id: createHash('sha256').update(key).digest().subarray(0, KEY_ID_BYTES).toString('base64url'),
  key,
});

function open({ key }: NamedKey, bytes: Buffer, context: string): string | undefined {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const text = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString();
  } catch {
    // Node does not say why: another key of the same id, another context, or damaged.
    return undefined;
  }
}

/** Keys of 32 bytes: the first encrypts, all decrypt. */
export function createValueCipher(keys: readonly Buffer[]): ValueCipher {
  const known = keys.map(named);
  const [current] = known;
  return {
    encrypt(text, context) {
      if (current === undefined) return null;
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, current.key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context));
      const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${current.id}.${Buffer.concat([iv, cipher.getAuthTag(), bytes]).toString('base64url')}`;
    },
    decrypt(sealed, context) {
      const [id, bytes = ''] = sealed.split('.', 2);
      return known
        .filter((key) => key.id === id)
        .map((key) => open(key, Buffer.from(bytes, 'base64url'), context))
        .find((text) => text !== undefined);
    },
    isOutdated: (sealed) => current !== undefined && !sealed?.startsWith(`${current.id}.`),
  };
}

/** The same with keys that may be replaced while the process runs. */
export function createReplaceableCipher(keys: () => readonly Buffer[]): ValueCipher {
  const cipherOf = oncePer(createValueCipher);
  return {
    encrypt: (text, context) => cipherOf(keys()).encrypt(text, context),
    decrypt: (sealed, context) => cipherOf(keys()).decrypt(sealed, context),
    isOutdated: (sealed) => cipherOf(keys()).isOutdated(sealed),
  };
}
