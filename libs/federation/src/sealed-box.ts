import { FederationError } from './federation.error.js';
import { bytesToScalar, SCALAR_BYTES, scalarToBytes } from './scalar.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Bytes of a sealed pair of shares. */
export const BOX_BYTES: number = IV_BYTES + 2 * SCALAR_BYTES + TAG_BYTES;

/** Shares of one client's two secrets. */
export interface SharePair {
  /** Of the private key that its pairwise masks come from. */
  readonly key: bigint;
  /** Of the seed of its own mask. */
  readonly seed: bigint;
}

/** Encrypts a pair of shares for the one other client that knows the key: AES-256-GCM. */
export async function seal(pair: SharePair, key: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const plain = new Uint8Array([...scalarToBytes(pair.key), ...scalarToBytes(pair.seed)]);
  const aes = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
  return new Uint8Array([...iv, ...new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, aes, plain))]);
}

/** @throws FederationError TAMPERED when the box was changed, or sealed for somebody else. */
export async function open(
  box: Uint8Array<ArrayBuffer>,
  key: Uint8Array<ArrayBuffer>,
  from: number,
): Promise<SharePair> {
  const aes = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
  try {
    const iv = box.slice(0, IV_BYTES);
    const plain = new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, aes, box.slice(IV_BYTES)));
    return {
      key: bytesToScalar(plain.subarray(0, SCALAR_BYTES)),
      seed: bytesToScalar(plain.subarray(SCALAR_BYTES)),
    };
  } catch {
    throw new FederationError(
      'TAMPERED',
      `box of seat ${from}`,
      `The shares from seat ${from} were changed on their way.`,
    );
  }
}
