import { bytesToWords } from './fixed-point.js';

/** A seed's stretch into `length` words that look random to everyone who lacks it: AES-256 in counter mode. */
export async function stretch(seed: Uint8Array<ArrayBuffer>, length: number): Promise<Uint32Array> {
  const key = await crypto.subtle.importKey('raw', seed, 'AES-CTR', false, ['encrypt']);
  // Every seed is stretched once, so the counter may start at zero.
  const counter = { name: 'AES-CTR', counter: new Uint8Array(16), length: 64 };
  return bytesToWords(new Uint8Array(await crypto.subtle.encrypt(counter, key, new Uint8Array(4 * length))));
}

/** Names a seed without revealing it: SHA-256. */
export async function commitTo(seed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', seed));
}
