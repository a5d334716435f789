import type { Random } from '@edgelore/tensor';
import { PrivacyError } from './privacy.error.js';
import { RidgeDecoder } from './ridge-decoder.js';

/** One image of the owner: its base descriptor, which an attacker wants, and its vector, which goes into the mean. */
export interface AttackedPicture {
  readonly base: ArrayLike<number>;
  readonly vector: ArrayLike<number>;
}

export interface InversionOptions {
  readonly pictures: readonly AttackedPicture[];
  /** Images in the mean that left. */
  readonly batch: number;
  /** Deviation of the noise on that mean, 0 for none. */
  readonly sigma: number;
  /** Whether the attacker knows every other vector of the batch and takes them off; if not, they are any pictures of the same kind. */
  readonly othersKnown: boolean;
  readonly random: Random;
}

const LEAST_PICTURES = 20;
/** Noisy views of each picture that the decoder learns from, and of each that it is judged on. */
const VIEWS = 8;
/** Share of the variance that ridges are tried at, from hardly any to nearly all. */
const RIDGES = [1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100];

/**
 * Inversion by a trained decoder: from what left, the base descriptor of one image. The attacker has half of the pictures, makes the same mean of them
 * with the same noise, and learns the way back by ridge regression; a fourth serves to choose the ridge, the last fourth to judge.
 *
 * @returns the explained share of the variance of the judged pictures' base descriptors, each coordinate in its own deviation: 1 is the descriptor
 * itself, 0 what guessing the mean picture gives, below 0 worse than that.
 * @throws PrivacyError INVALID_ATTACK for fewer than 20 pictures.
 *
 * @example
 * ```ts
 * import { seededRandom } from '@edgelore/tensor';
 * const pictures = Array.from({ length: 40 }, (_, at) => ({ base: [Math.sin(at), Math.cos(at)], vector: [Math.cos(at) / 2, Math.sin(at) / 2] }));
 * inversionAttack({ pictures, batch: 40, sigma: 0, othersKnown: true, random: seededRandom(1) }) > 0.99; // => true
 * ```
 */
export function inversionAttack({ pictures, batch, sigma, othersKnown, random }: InversionOptions): number {
  if (pictures.length < LEAST_PICTURES) {
    throw new PrivacyError(
      'INVALID_ATTACK',
      'pictures',
      `A decoder needs ${LEAST_PICTURES} pictures; ${pictures.length} given.`,
    );
  }
  const shuffled = random.shuffle(pictures);
  const half = shuffled.length >> 1;
  const split = half + ((shuffled.length - half) >> 1);
  const part = (from: number, to: number) => {
    const own = shuffled.slice(from, to);
    const views = own.flatMap((picture) =>
      Array.from({ length: VIEWS }, () => ({ base: picture.base, view: viewOf(picture, own) })),
    );
    return { inputs: views.map(({ view }) => view), targets: views.map(({ base }) => base) };
  };
  const viewOf = ({ vector }: AttackedPicture, own: readonly AttackedPicture[]): Float64Array => {
    // The sum of the batch, less what is known of it.
    const sum = Float64Array.from(vector, (value) => value + batch * sigma * random.normal());
    for (let other = othersKnown ? batch : 1; other < batch; other++) {
      const drawn = own[random.integer(own.length)]!.vector;
      for (let at = 0; at < sum.length; at++) sum[at]! += drawn[at]!;
    }
    return sum;
  };
  const known = part(0, half);
  const tried = part(half, split);
  const judged = part(split, shuffled.length);
  const [best] = RidgeDecoder.fit(known.inputs, known.targets, RIDGES)
    .map((decoder) => ({ decoder, explained: decoder.explained(tried.inputs, tried.targets) }))
    .sort((a, b) => b.explained - a.explained);
  return best!.decoder.explained(judged.inputs, judged.targets);
}
