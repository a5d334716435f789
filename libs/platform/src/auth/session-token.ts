import { createHash, randomBytes } from 'node:crypto';

export interface NewSessionToken {
  /** Given to the client once, never stored. */
  readonly token: string;
  readonly tokenHash: Buffer;
}

export function createSessionToken(): NewSessionToken {
  const token = `eds_${randomBytes(32).toString('base64url')}`;
  return { token, tokenHash: hashSessionToken(token) };
}

/** Sessions are found by this hash, so a stolen table opens no session. */
export function hashSessionToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export function looksLikeSessionToken(token: string): boolean {
  return /^eds_[A-Za-z0-9_-]{43}$/.test(token);
}
