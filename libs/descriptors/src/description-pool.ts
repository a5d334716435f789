import { type Description, LEAST_BATCH, MOST_ROWS, planPooling } from './description.js';
import { DescriptorError } from './descriptor.error.js';
import { EXTRACTOR_DIMENSION, type ExtractorReference } from './extractor-version.js';
import { FrozenRandom } from './frozen-random.js';
import { clipToUnitBall, norm } from './vectors.js';

const MOST_HELD = LEAST_BATCH * MOST_ROWS;
/** The rounding of float32 is let pass, so that vectors of extract() go in as they are. */
const LONGEST = 1 + 1e-6;

interface Batch {
  readonly sums: Float64Array;
  count: number;
}

/**
 * Pools extractor outputs to a description while they stream by. Each image goes into exactly one batch, drawn by the seed; batch sizes differ by one at
 * most. Up to 256 vectors are held, because until then the number of batches is open; from then on only 16 sums are.
 *
 * @example
 * ```ts
 * const sample = Array.from({ length: 64 }, (_, image) => Float32Array.from({ length: BASE_DIMENSION }, (_, at) => Math.sin(image + at)));
 * const extractor = initialExtractor(1, sample);
 * const pool = new DescriptionPool(extractor, 1);
 * for (const base of sample) pool.add(extract(extractor, base));
 * pool.finish().images; // => 64
 * ```
 */
export class DescriptionPool {
  readonly #extractor: ExtractorReference;
  readonly #random: FrozenRandom;
  #held: Float32Array[] = [];
  #batches: Batch[] = [];
  #turn: Batch[] = [];
  #images = 0;

  constructor(extractor: ExtractorReference, seed: number) {
    this.#extractor = { version: extractor.version, hash: extractor.hash };
    this.#random = new FrozenRandom(seed);
  }

  /**
   * Clips z to the unit ball, so that no image weighs more than another, whoever made its vector.
   * @throws DescriptorError EXTRACTOR_MISMATCH unless z is `[32]` with finite numbers.
   */
  add(vector: Float32Array): void {
    const z = norm(vector) <= LONGEST ? vector : Float32Array.from(clipToUnitBall(Float64Array.from(vector)));
    if (z.length !== EXTRACTOR_DIMENSION || !z.every(Number.isFinite)) {
      throw new DescriptorError(
        'EXTRACTOR_MISMATCH',
        'z',
        `Image ${this.#images} gave a vector that is not ${EXTRACTOR_DIMENSION} finite numbers; pool the output of extract().`,
      );
    }
    this.#images++;
    if (this.#batches.length > 0) {
      this.#deal(z);
      return;
    }
    this.#held.push(Float32Array.from(z));
    if (this.#held.length === MOST_HELD) this.#dealHeld(MOST_ROWS);
  }

  /** @throws DescriptorError TOO_FEW_IMAGES below 32 images, saying how many are missing. */
  finish(): Description {
    const { rows, batchSize } = planPooling(this.#images);
    if (this.#batches.length === 0) this.#dealHeld(rows);
    return {
      extractorVersion: this.#extractor.version,
      extractorHash: this.#extractor.hash,
      dimension: EXTRACTOR_DIMENSION,
      rows: this.#batches.map(({ sums, count }) => Array.from(sums, (sum) => sixDecimals(sum / count))),
      images: this.#images,
      batchSize,
    };
  }

  #dealHeld(rows: number): void {
    this.#batches = Array.from({ length: rows }, () => ({ sums: new Float64Array(EXTRACTOR_DIMENSION), count: 0 }));
    for (const z of this.#held) this.#deal(z);
    this.#held = [];
  }

  /** Every round gives each batch one image, in a new random order. */
  #deal(z: Float32Array): void {
    if (this.#turn.length === 0) this.#turn = this.#random.shuffle([...this.#batches]);
    const batch = this.#turn.pop()!;
    for (let at = 0; at < z.length; at++) batch.sums[at]! += z[at]!;
    batch.count++;
  }
}

function sixDecimals(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}
