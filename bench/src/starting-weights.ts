import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { collectionOf, openDomains } from './domains.js';

export const shippedWeightsFile = fileURLToPath(
  new URL('../../client-sdk/weights/face-detector.v1.bin', import.meta.url),
);

/** Domains that starting weights may learn from where a domain of this collection is judged: the open ones without its relatives. */
export function startingDomains(collection?: string): readonly string[] {
  return openDomains.filter((name) => collectionOf(name) !== collection);
}

/** Where the weights that never saw a collection are kept; the shipped ones where they saw none of it. */
export function startingWeightsFile(collection?: string): string {
  if (startingDomains(collection).length === openDomains.length) return shippedWeightsFile;
  return fileURLToPath(new URL(`../experience/weights/without-${collection}.bin`, import.meta.url));
}

/** What `start: shipped` means for a judged domain: weights that have seen neither its pictures nor its relatives'. */
export function requireStartingWeights(domain: string): string {
  const collection = collectionOf(domain);
  const file = startingWeightsFile(collection);
  if (existsSync(file)) return file;
  throw new Error(`${file} is not here: npm run bench -- pretrain --without ${collection} makes it`);
}
