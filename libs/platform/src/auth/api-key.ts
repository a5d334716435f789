import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What is stored of a key: its public id to find it by, and the hash of its secret. */
export interface StoredApiKey {
  readonly publicId: string;
  readonly secretHash: Buffer;
}

export interface NewApiKey extends StoredApiKey {
  /** `edl_<id>_<secret>`: shown once, never stored. */
  readonly key: string;
}

const KEY = /^edl_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/** 32 random bytes need no slow hash: there is nothing to guess. */
export function createApiKey(): NewApiKey {
  const publicId = randomBytes(6).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  return { key: `edl_${publicId}_${secret}`, publicId, secretHash: sha256(secret) };
}

/** Undefined for anything that is not shaped like a key. */
export function parseApiKey(key: string): StoredApiKey | undefined {
  const match = KEY.exec(key);
  return match === null ? undefined : { publicId: match[1]!, secretHash: sha256(match[2]!) };
}

/** Compares in constant time. */
export function apiKeyMatches(presented: StoredApiKey, stored: StoredApiKey): boolean {
  return (
    presented.publicId === stored.publicId &&
    presented.secretHash.length === stored.secretHash.length &&
    timingSafeEqual(presented.secretHash, stored.secretHash)
  );
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
