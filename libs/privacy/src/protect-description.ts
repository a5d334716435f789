import { type Description, descriptionMean, planPooling } from '@edgelore/descriptors';
import { type Guarantee, muOf } from './gaussian-dp.js';
import type { NormalSource } from './normal-source.js';
import { PrivacyError } from './privacy.error.js';

/** Rows of a description have six decimals. */
const GRID = 1e-6;
/** Image vectors lie in the unit ball, but for the rounding of float32. */
const RADIUS = 1 + 1e-6;

/** The noise that a guarantee asks of a description. */
export interface DescriptionNoise {
  /** Largest Euclidean distance that the mean moves by when one image is another. */
  readonly sensitivity: number;
  /** Deviation of the noise, per coordinate. */
  readonly sigma: number;
  /** sensitivity / sigma: what the release costs, in Gaussian differential privacy. */
  readonly mu: number;
}

/**
 * How far the mean of a description moves when one image, in its place in the list, is another with other boxes: its vector moves by at most 2, one
 * batch mean of B by 2/B, and the mean of M rows by 2/(MB). Rounding rows to six decimals adds at most sqrt(d) 1e-6 / M. The number of images is public.
 *
 * @example
 * ```ts
 * const rows = Array.from({ length: 16 }, () => new Array<number>(32).fill(0));
 * const of2000 = { extractorVersion: 1, extractorHash: 'any', dimension: 32, rows, images: 2000, batchSize: 125 };
 * sensitivityOf(of2000).toFixed(4); // => '0.0010'
 * ```
 */
export function sensitivityOf({ rows, batchSize, dimension }: Description): number {
  return ((2 * RADIUS) / batchSize + Math.sqrt(dimension) * GRID) / rows.length;
}

/**
 * The noise with which a description keeps a guarantee, by the exact Gaussian mechanism.
 * @throws PrivacyError INVALID_GUARANTEE for an epsilon that is not above 0, or a delta of a whole image or more: one that gives away one image of n
 * outright is (0, 1/n)-private.
 *
 * @example
 * ```ts
 * const rows = Array.from({ length: 16 }, () => new Array<number>(32).fill(0));
 * const of2000 = { extractorVersion: 1, extractorHash: 'any', dimension: 32, rows, images: 2000, batchSize: 125 };
 * descriptionNoise(of2000, { epsilon: 1, delta: 1e-5 }).sigma.toFixed(5); // => '0.00373'
 * ```
 */
export function descriptionNoise(description: Description, guarantee: Guarantee): DescriptionNoise {
  const mu = muOf(guarantee);
  if (guarantee.delta >= 1 / description.images) {
    throw new PrivacyError(
      'INVALID_GUARANTEE',
      'delta',
      `Delta must be below one in ${description.images}, the number of images, and is ${guarantee.delta}; give ${(0.1 / description.images).toExponential(0)}, for example.`,
    );
  }
  const sensitivity = sensitivityOf(description);
  return { sensitivity, sigma: sensitivity / mu, mu };
}

/**
 * The description that may leave: one row, the mean of all rows with noise, clipped to the unit ball again and rounded. One row, because what reads a
 * description reads the mean, and noise on M rows, which protects as much, leaves sqrt(M) times more on their mean.
 *
 * The guarantee is that of real numbers. With doubles the low bits of a sum can tell its parts (Mironov, "On significance of the least significant bits
 * for differential privacy", 2012); rounding after the noise takes those bits away as long as sigma is far above 1e-6, and leaves an error that delta
 * does not notice, which is not proved here.
 *
 * @param description as the pool made it, without noise
 * @param sigma see {@link descriptionNoise}
 * @param source cryptographic ({@link secureNormal}) for what leaves the machine
 * @throws PrivacyError ALREADY_NOISED for a description that went through here before.
 *
 * @example
 * ```ts
 * import { randomBytes } from 'node:crypto';
 * const rows = Array.from({ length: 16 }, () => new Array<number>(32).fill(0.1));
 * const of2000 = { extractorVersion: 1, extractorHash: 'any', dimension: 32, rows, images: 2000, batchSize: 125 };
 * const { sigma } = descriptionNoise(of2000, { epsilon: 1, delta: 1e-5 });
 * protectDescription(of2000, sigma, secureNormal(randomBytes)).rows.length; // => 1
 * ```
 */
export function protectDescription(description: Description, sigma: number, source: NormalSource): Description {
  if (planPooling(description.images).rows !== description.rows.length) {
    throw new PrivacyError(
      'ALREADY_NOISED',
      'description',
      'This description carries noise already; sending it again costs nothing, so send it as it is.',
    );
  }
  const noisy = Array.from(descriptionMean(description), (value) => value + sigma * source.normal());
  const length = Math.max(1, Math.hypot(...noisy));
  // Towards zero, so that a row on the sphere stays inside.
  const row = noisy.map((value) => Math.trunc(value / length / GRID) / 1e6 + 0);
  return { ...description, rows: [row], batchSize: description.images };
}
