import { type Description, DescriptionPool, type ExtractorReference } from '@edgelore/descriptors';
import type { Random } from '@edgelore/tensor';
import { type Guarantee, truePositiveBound } from './gaussian-dp.js';
import { type AttackedPicture, inversionAttack } from './inversion-attack.js';
import { type MembershipResult, membershipAttack } from './membership-attack.js';
import { descriptionNoise, protectDescription } from './protect-description.js';

export interface AuditOptions {
  readonly extractor: ExtractorReference;
  /** Every image of the dataset. */
  readonly pictures: readonly AttackedPicture[];
  /** What the description is to keep; null for one without noise. */
  readonly guarantee: Guarantee | null;
  /** Releases with and without the canary; the threshold is set at one false accusation in a hundred. */
  readonly trials: number;
  readonly random: Random;
}

export interface AuditReport {
  readonly images: number;
  /** The most true positives that any attack can have at 1 % false positives; 1 without noise. */
  readonly bound: number;
  /** Is the picture that stands out most in, or the mean picture in its place? */
  readonly exposed: MembershipResult;
  /** One vector or its opposite, as far apart as two can be: what the guarantee is made for, so that right noise reaches the bound and no more. */
  readonly worstPair: MembershipResult;
  /** Share of a base descriptor's variance that a trained decoder finds again, see {@link inversionAttack}. */
  readonly inversion: {
    /** By somebody who knows every other image. */
    readonly othersKnown: number;
    /** By somebody who knows none. */
    readonly othersUnknown: number;
  };
}

const FALSE_POSITIVES = 0.01;
/** The worst pair lies on the bound itself, where only many trials tell right noise from too little. */
const WORST_TIMES = 4;

/**
 * Attacks what would leave of a dataset, before it does: membership by the likelihood ratio and inversion by a trained decoder, by attackers who know the
 * extractor and the noise. The same seed gives the same report.
 *
 * @throws PrivacyError INVALID_GUARANTEE, or INVALID_ATTACK for too few trials or images. @throws DescriptorError TOO_FEW_IMAGES.
 *
 * @example
 * ```ts
 * import { seededRandom } from '@edgelore/tensor';
 * const random = seededRandom('pictures');
 * const pictures = Array.from({ length: 40 }, () => {
 *   const vector = Array.from({ length: 32 }, () => random.normal() / 10);
 *   return { vector, base: vector.slice(0, 4) };
 * });
 * const extractor = { version: 1, hash: 'of an extractor' };
 * const { bound, exposed } = audit({ extractor, pictures, guarantee: { epsilon: 0.5, delta: 1e-5 }, trials: 200, random });
 * exposed.truePositiveRate < 5 * bound; // => true
 * ```
 */
export function audit({ extractor, pictures, guarantee, trials, random }: AuditOptions): AuditReport {
  const vectors = pictures.map(({ vector }) => Float32Array.from(vector));
  const pooled = (replaced: number, vector: ArrayLike<number>): Description => {
    const pool = new DescriptionPool(extractor, 1);
    for (const [at, each] of vectors.entries()) pool.add(at === replaced ? Float32Array.from(vector) : each);
    return pool.finish();
  };
  const { typical, exposed } = standingOut(vectors);
  const inside = pooled(exposed, vectors[exposed]!);
  const noise = guarantee === null ? null : descriptionNoise(inside, guarantee);
  const attack = (label: string, withCanary: Description, without: Description, times = 1): MembershipResult => {
    const source = random.fork(label);
    return membershipAttack({
      inside: withCanary,
      outside: without,
      release: (plain) => (noise === null ? plain : protectDescription(plain, noise.sigma, source)),
      trials: times * trials,
      falsePositiveRate: FALSE_POSITIVES,
    });
  };
  const axis = typical.map((_, at) => (at === 0 ? 1 : 0));
  // Without noise the smallest batch is the most that is seen of one picture.
  const batch = noise === null ? inside.batchSize : pictures.length;
  const inversion = (label: string, othersKnown: boolean): number =>
    inversionAttack({ pictures, batch, sigma: noise?.sigma ?? 0, othersKnown, random: random.fork(label) });
  return {
    images: pictures.length,
    bound: noise === null ? 1 : truePositiveBound(noise.mu, FALSE_POSITIVES),
    exposed: attack('exposed', inside, pooled(exposed, typical)),
    worstPair: attack(
      'worst pair',
      pooled(exposed, axis),
      pooled(
        exposed,
        axis.map((value) => -value),
      ),
      WORST_TIMES,
    ),
    inversion: { othersKnown: inversion('known', true), othersUnknown: inversion('unknown', false) },
  };
}

/** The mean vector, and which image's is farthest from it. */
function standingOut(vectors: readonly Float32Array[]): { typical: Float64Array; exposed: number } {
  const typical = Float64Array.from(vectors[0] ?? [], (_, at) =>
    vectors.reduce((sum, vector) => sum + vector[at]! / vectors.length, 0),
  );
  const distances = vectors.map((vector) => Math.hypot(...Array.from(vector, (value, at) => value - typical[at]!)));
  return { typical, exposed: distances.indexOf(Math.max(...distances)) };
}
