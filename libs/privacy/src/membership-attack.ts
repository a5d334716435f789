import { type Description, descriptionMean } from '@edgelore/descriptors';
import { normalQuantile } from './normal-distribution.js';
import { PrivacyError } from './privacy.error.js';

export interface MembershipOptions {
  /** Descriptions, without noise, of two datasets that differ in one image: the canary is in the first. */
  readonly inside: Description;
  readonly outside: Description;
  /** What leaves for a description: the mechanism under attack, with new noise at every call. */
  readonly release: (description: Description) => Description;
  /** Releases with the canary that are judged; four times as many without set the threshold. */
  readonly trials: number;
  /** Share of datasets without the canary that the attack may accuse; 0.01 when left out. */
  readonly falsePositiveRate?: number;
}

/** An attacker simulates as often as he likes, so the threshold should not be the weak point. */
const THRESHOLD_SHARE = 4;

export interface MembershipResult {
  readonly truePositiveRate: number;
  /** Of the true-positive rate, with the error of the threshold in it. */
  readonly standardError: number;
}

/**
 * Membership inference by the likelihood ratio: the attacker knows the extractor, every other image and the canary, and asks only whether the canary is
 * in. With Gaussian noise the ratio grows with the released mean along the line between the two true means, so that projection is the strongest test
 * there is (Neyman and Pearson). The threshold is the quantile of releases without the canary.
 *
 * @throws PrivacyError INVALID_ATTACK when the two descriptions are the same, or trials are too few for the rate.
 *
 * @example
 * ```ts
 * const of64 = (value: number) => ({
 *   extractorVersion: 1,
 *   extractorHash: 'of one extractor',
 *   dimension: 2,
 *   rows: [[value, 0], [0, 0]],
 *   images: 64,
 *   batchSize: 32,
 * });
 * membershipAttack({ inside: of64(0.1), outside: of64(0), release: (plain) => plain, trials: 100 }).truePositiveRate; // => 1
 * ```
 */
export function membershipAttack(options: MembershipOptions): MembershipResult {
  const { inside, outside, release, trials, falsePositiveRate: rate = 0.01 } = options;
  if (!Number.isInteger(trials) || trials * rate < 1) {
    throw new PrivacyError(
      'INVALID_ATTACK',
      'trials',
      `An attack at rate ${rate} needs ${Math.ceil(1 / rate)} trials.`,
    );
  }
  const far = descriptionMean(outside);
  const line = descriptionMean(inside).map((value, at) => value - far[at]!);
  if (line.every((value) => value === 0)) {
    throw new PrivacyError('INVALID_ATTACK', 'inside', 'The descriptions with and without the canary are the same.');
  }
  const scores = (description: Description, count: number) =>
    Float64Array.from({ length: count }, () => {
      const mean = descriptionMean(release(description));
      return line.reduce((sum, value, at) => sum + value * mean[at]!, 0);
    });
  const without = scores(outside, THRESHOLD_SHARE * trials).sort();
  const threshold = without[Math.ceil(without.length * (1 - rate)) - 1]!;
  const accused = scores(inside, trials).reduce((count, score) => count + (score > threshold ? 1 : 0), 0);
  const truePositiveRate = accused / trials;
  return { truePositiveRate, standardError: standardError(truePositiveRate, rate, trials) };
}

/** Binomial, and the threshold's own error times the slope of the trade-off curve, which is that of two normals so far apart. */
function standardError(truePositives: number, rate: number, trials: number): number {
  const held = Math.min(1 - 1 / trials, Math.max(1 / trials, truePositives));
  const apart = normalQuantile(held) - normalQuantile(rate);
  const slope = Math.exp(-apart * normalQuantile(rate) - apart ** 2 / 2);
  return Math.sqrt((held * (1 - held) + (slope ** 2 * rate * (1 - rate)) / THRESHOLD_SHARE) / trials);
}
