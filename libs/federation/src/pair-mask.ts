import { agree } from './agreement.js';
import { addWords } from './fixed-point.js';
import { stretch } from './mask.js';
import type { RoundPlan } from './round-plan.js';

type PrivateKey = Parameters<typeof agree>[0];

/** One end of a pair of clients: its seat, and its masking key. */
export interface PairEnd {
  readonly seat: number;
  readonly privateKey: PrivateKey;
}

/** The other end. */
export interface OtherEnd {
  readonly seat: number;
  /** Public masking key, base64. */
  readonly masking: string;
}

/** Adds (`sign` 1), or takes away again, what an end adds to its contribution for another: the lower seat the mask, the higher its negative. */
export async function addPairMask(
  words: Uint32Array,
  { round, length }: RoundPlan,
  own: PairEnd,
  other: OtherEnd,
  sign: 1 | -1,
): Promise<void> {
  const pair = [own.seat, other.seat].sort((a, b) => a - b).join('-');
  const seed = await agree(own.privateKey, other.masking, `mask/${round}/${pair}`);
  addWords(words, await stretch(seed, length), own.seat < other.seat ? sign : (-sign as 1 | -1));
}
