import { type Description, DescriptionPool, EXTRACTOR_DIMENSION } from '@edgelore/descriptors';
import { seededRandom } from '@edgelore/tensor';

/** A vector of norm 1 along one axis, forward or back. */
export function unit(axis: number, sign = 1): Float32Array {
  const vector = new Float32Array(EXTRACTOR_DIMENSION);
  vector[axis] = sign;
  return vector;
}

/** Vectors of norm about one half around a common centre. */
export function pictures(count: number, seed = 'pictures'): Float32Array[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () =>
    Float32Array.from({ length: EXTRACTOR_DIMENSION }, (_, at) => 0.05 * (at % 3) + 0.05 * random.normal()),
  );
}

export function pooled(vectors: readonly Float32Array[]): Description {
  const pool = new DescriptionPool({ version: 3, hash: 'ab'.repeat(32) }, 1);
  for (const vector of vectors) pool.add(vector);
  return pool.finish();
}
