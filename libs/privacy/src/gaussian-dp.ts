import { increasingRoot } from './increasing-root.js';
import { millsRatio, normalCdf, normalDensity, normalQuantile } from './normal-distribution.js';
import { PrivacyError } from './privacy.error.js';

/**
 * (epsilon, delta): whatever anybody concludes from what left, they would have concluded with a probability at most e^epsilon times smaller plus delta
 * had any one image been another.
 */
export interface Guarantee {
  readonly epsilon: number;
  readonly delta: number;
}

const MOST_EPSILON = 1e6;

/** @throws PrivacyError INVALID_GUARANTEE naming the field. */
export function checkGuarantee({ epsilon, delta }: Guarantee): Guarantee {
  if (!(epsilon > 0 && epsilon <= MOST_EPSILON)) {
    throw new PrivacyError('INVALID_GUARANTEE', 'epsilon', `Epsilon must be above 0, such as 1, not ${epsilon}.`);
  }
  checkDelta(delta);
  return { epsilon, delta };
}

/**
 * The delta at which a mu-GDP release is (epsilon, delta)-private: Phi(-epsilon/mu + mu/2) - e^epsilon Phi(-epsilon/mu - mu/2) (Balle and Wang,
 * "Improving the Gaussian mechanism for differential privacy", 2018, theorem 8; Dong, Roth and Su, "Gaussian differential privacy", 2019, corollary
 * 2.13). By Mills' ratio M both terms share a factor: phi(x) (M(x) - M(x + mu)) at x = epsilon/mu - mu/2, where nothing overflows.
 *
 * @param mu at least 0; 0 says nothing, Infinity everything
 *
 * @example
 * ```ts
 * Math.round(deltaOf(1, 1) * 1e4); // => 1269
 * ```
 */
export function deltaOf(mu: number, epsilon: number): number {
  if (mu === 0) return 0;
  if (mu === Number.POSITIVE_INFINITY) return 1;
  const x = epsilon / mu - mu / 2;
  const second = millsRatio(x + mu);
  // Written so that neither a ratio nor a density is 0 times infinity.
  const delta = x > 0 ? normalDensity(x) * (millsRatio(x) - second) : normalCdf(-x) - normalDensity(x) * second;
  return Math.min(1, Math.max(0, delta));
}

/**
 * The least epsilon at which a mu-GDP release is (epsilon, delta)-private. 0 when delta alone covers it.
 * @throws PrivacyError INVALID_GUARANTEE unless 0 < delta < 1.
 *
 * @example
 * ```ts
 * epsilonOf(muOf({ epsilon: 2, delta: 1e-5 }), 1e-5).toFixed(6); // => '2.000000'
 * ```
 */
export function epsilonOf(mu: number, delta: number): number {
  checkDelta(delta);
  if (mu === Number.POSITIVE_INFINITY) return mu;
  if (deltaOf(mu, 0) <= delta) return 0;
  // Phi(-x) alone is above delta's true value, so its root is beyond.
  const beyond = mu * (mu / 2 - normalQuantile(delta)) + Number.EPSILON;
  return increasingRoot((epsilon) => delta - deltaOf(mu, epsilon), 0, beyond);
}

/**
 * The largest mu whose releases are (epsilon, delta)-private: calibrates the noise exactly, where the classical formula wastes about a fifth and ends
 * at epsilon 1.
 * @throws PrivacyError INVALID_GUARANTEE naming the field.
 *
 * @example
 * ```ts
 * (1 / muOf({ epsilon: 1, delta: 1e-5 })).toFixed(2); // => '3.73'
 * ```
 */
export function muOf(guarantee: Guarantee): number {
  const { epsilon, delta } = checkGuarantee(guarantee);
  let beyond = 1;
  while (deltaOf(beyond, epsilon) <= delta) beyond *= 2;
  return increasingRoot((mu) => deltaOf(mu, epsilon) - delta, 0, beyond);
}

/**
 * The mu of several releases about the same images: the root of the sum of squares (Dong, Roth and Su, corollary 3.3).
 *
 * @example
 * ```ts
 * composedMu([3, 4]); // => 5
 * ```
 */
export function composedMu(mus: readonly number[]): number {
  return Math.hypot(...mus);
}

/**
 * The most true positives that any attack on a mu-GDP release can have at a false-positive rate: Phi(mu + Phi^-1(rate)) (Dong, Roth and Su, equation 6).
 *
 * @example
 * ```ts
 * truePositiveBound(0, 0.01).toFixed(6); // => '0.010000'
 * ```
 */
export function truePositiveBound(mu: number, falsePositiveRate: number): number {
  return normalCdf(mu + normalQuantile(falsePositiveRate));
}

function checkDelta(delta: number): void {
  if (delta > 0 && delta < 1) return;
  throw new PrivacyError('INVALID_GUARANTEE', 'delta', `Delta must be between 0 and 1, such as 1e-5, not ${delta}.`);
}
