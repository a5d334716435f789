import { CENTRE_VARIANCE, decodeBox, encodeBox, LARGEST_LOG_SIDE, SIDE_VARIANCE } from './box-code.js';
import { BACKGROUND, IGNORED } from './matching.js';

/** Balance and focus of the focal loss: the best values of its paper (Lin et al. 2017, table 1b). */
export const FOCAL_ALPHA = 0.25;
export const FOCAL_GAMMA = 2;

export interface LossOptions {
  readonly classLoss: 'focal' | 'mined';
  /** Hardest background anchors kept for each positive one; read by 'mined' only. */
  readonly negativesPerPositive: number;
  readonly boxLoss: 'giou' | 'smooth-l1';
  readonly boxWeight: number;
}

/** What the anchors of a batch should say. B pictures, A anchors each, N faces in the whole batch. */
export interface BatchTargets {
  /** [B * A] row of `boxes`, BACKGROUND or IGNORED. */
  readonly face: Int32Array;
  /** [N, 4] left, top, width, height in input pixels. */
  readonly boxes: Float32Array;
}

export interface BatchLoss {
  /** Sum over anchors over the number of positive anchors (at least 1). */
  readonly classification: number;
  /** The same, not yet times `boxWeight`. */
  readonly localisation: number;
  /** classification + boxWeight * localisation */
  readonly total: number;
  /** [B * A] slope of `total` by each logit. */
  readonly logitSlopes: Float32Array;
  /** [B * A * 4] slope of `total` by each delta. */
  readonly deltaSlopes: Float32Array;
}

/** Where the slopes of a loss go, and who works out the focal part of it. */
export interface LossRoom {
  /** [B * A], to be written in full. */
  readonly logitSlopes: Float32Array;
  /** [B * A * 4], to be written in full. */
  readonly deltaSlopes: Float32Array;
  /** Writes `logitSlopes`, each multiplied by `factor`, and returns the loss, which is not. */
  focal(faces: Int32Array, factor: number): number;
}

/** A room of plain arrays. */
function plainRoom(logits: Float32Array, deltas: Float32Array): LossRoom {
  const logitSlopes = new Float32Array(logits.length);
  const deltaSlopes = new Float32Array(deltas.length);
  return {
    logitSlopes,
    deltaSlopes,
    focal: (faces, factor) => focalLoss(logits, faces, factor, logitSlopes),
  };
}

/**
 * Loss of a batch and its exact slopes by the network's outputs, in one pass over plain arrays: much of it is bookkeeping (mining, gathering positives)
 * that tensor operations do slowly, and the closed-form slopes make it the same on every backend.
 *
 * - 'focal': sum over all anchors of -a(1-p)^g log p (Lin et al. 2017, equation 5).
 * - 'mined': cross entropy of the positives and of the hardest background anchors of the batch, `negativesPerPositive` for each positive
 *   (SSD section 2.2; over the batch rather than each picture, so that pictures without faces teach too).
 * - 'giou': 1 - GIoU (Rezatofighi et al. 2019, algorithm 1). 'smooth-l1': Huber loss on the box code, summed over its four numbers (Girshick 2015, equation 3).
 *
 * @param logits [B * A]; @param deltas [B * A * 4]; @param anchors [A, 4] centre x, centre y, width, height.
 */
export function batchLoss(
  logits: Float32Array,
  deltas: Float32Array,
  targets: BatchTargets,
  anchors: Float32Array,
  options: LossOptions,
  room: LossRoom = plainRoom(logits, deltas),
): BatchLoss {
  const { logitSlopes, deltaSlopes } = room;
  let positives = 0;
  for (const face of targets.face) if (face >= 0) positives++;
  const share = 1 / Math.max(1, positives);
  const classification =
    share *
    (options.classLoss === 'focal'
      ? room.focal(targets.face, share)
      : minedLoss(logits, targets.face, share, options.negativesPerPositive * Math.max(1, positives), logitSlopes));

  const boxSlope = share * options.boxWeight;
  const perAnchor = options.boxLoss === 'giou' ? giouLoss : smoothL1Loss;
  const anchorCount = anchors.length / 4;
  deltaSlopes.fill(0);
  let localisation = 0;
  for (let i = 0; i < targets.face.length; i++) {
    const face = targets.face[i] as number;
    if (face < 0) continue;
    localisation += perAnchor(anchors, i % anchorCount, deltas, i * 4, targets.boxes, face, boxSlope, deltaSlopes);
  }
  localisation *= share;
  return {
    classification,
    localisation,
    total: classification + options.boxWeight * localisation,
    logitSlopes,
    deltaSlopes,
  };
}

function focalLoss(logits: Float32Array, faces: Int32Array, slope: number, slopes: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const face = faces[i] as number;
    if (face === IGNORED) {
      slopes[i] = 0;
      continue;
    }
    // The loss of a background anchor is that of a positive one with the logit turned round and the other balance.
    const sign = face >= 0 ? 1 : -1;
    const x = sign * (logits[i] as number);
    const balance = face >= 0 ? FOCAL_ALPHA : 1 - FOCAL_ALPHA;
    const small = Math.exp(-Math.abs(x));
    const p = x >= 0 ? 1 / (1 + small) : small / (1 + small);
    const wrong = x >= 0 ? small / (1 + small) : 1 / (1 + small);
    const logP = Math.min(0, x) - Math.log1p(small);
    const focus = wrong ** FOCAL_GAMMA;
    sum -= balance * focus * logP;
    slopes[i] = slope * sign * balance * focus * (FOCAL_GAMMA * p * logP - wrong);
  }
  return sum;
}

function minedLoss(logits: Float32Array, faces: Int32Array, slope: number, kept: number, slopes: Float32Array): number {
  // The loss of a background anchor rises with its logit, so the hardest ones are those of the largest logits.
  const all = new Float32Array(logits.length);
  let found = 0;
  for (let i = 0; i < logits.length; i++) if (faces[i] === BACKGROUND) all[found++] = logits[i] as number;
  const background = all.subarray(0, found);
  const threshold = found > kept ? leastOfGreatest(background, kept) : Number.NEGATIVE_INFINITY;
  // Of anchors exactly at the threshold only as many are kept as still have room, the first ones.
  let ties = kept;
  for (const logit of background) if (logit > threshold) ties--;
  slopes.fill(0);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const face = faces[i] as number;
    const logit = logits[i] as number;
    if (face === IGNORED) continue;
    if (face < 0) {
      if (logit < threshold) continue;
      if (logit === threshold && ties-- <= 0) continue;
    }
    const x = face >= 0 ? logit : -logit;
    const small = Math.exp(-Math.abs(x));
    const wrong = x >= 0 ? small / (1 + small) : 1 / (1 + small);
    sum += Math.log1p(small) - Math.min(0, x);
    slopes[i] = slope * (face >= 0 ? -wrong : wrong);
  }
  return sum;
}

/** The least of the `count` greatest numbers. Bits of floats, turned so that they order as unsigned integers do, are counted by their upper and then lower halves. */
function leastOfGreatest(values: Float32Array, count: number): number {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  const ordered = (word: number) => (word < 0 ? ~word : word ^ (1 << 31));
  const counts = new Int32Array(2 ** 16);
  for (const word of words) counts[ordered(word) >>> 16]!++;
  let missing = count;
  let upper = counts.length - 1;
  for (; missing > (counts[upper] as number); upper--) missing -= counts[upper] as number;
  counts.fill(0);
  for (const word of words) {
    const place = ordered(word);
    if (place >>> 16 === upper) counts[place & 0xffff]!++;
  }
  let lower = counts.length - 1;
  for (; missing > (counts[lower] as number); lower--) missing -= counts[lower] as number;
  const place = (upper << 16) | lower;
  return new Float32Array(Int32Array.of(place < 0 ? place ^ (1 << 31) : ~place).buffer)[0] as number;
}

type AnchorLoss = (
  anchors: Float32Array,
  anchor: number,
  deltas: Float32Array,
  at: number,
  boxes: Float32Array,
  face: number,
  slope: number,
  slopes: Float32Array,
) => number;

const code = new Float32Array(4);

const smoothL1Loss: AnchorLoss = (anchors, anchor, deltas, at, boxes, face, slope, slopes) => {
  encodeBox(anchors, anchor, boxes, face, code, 0);
  let sum = 0;
  for (let k = 0; k < 4; k++) {
    const off = (deltas[at + k] as number) - (code[k] as number);
    sum += Math.abs(off) < 1 ? (off * off) / 2 : Math.abs(off) - 0.5;
    slopes[at + k] = slope * Math.max(-1, Math.min(1, off));
  }
  return sum;
};

const giouLoss: AnchorLoss = (anchors, anchor, deltas, at, boxes, face, slope, slopes) => {
  decodeBox(anchors, anchor, deltas, at, code, 0);
  const [left, top, width, height] = code as unknown as readonly [number, number, number, number];
  const right = left + width;
  const bottom = top + height;
  const trueLeft = boxes[face * 4] as number;
  const trueTop = boxes[face * 4 + 1] as number;
  const trueRight = trueLeft + (boxes[face * 4 + 2] as number);
  const trueBottom = trueTop + (boxes[face * 4 + 3] as number);
  const sharedWidth = Math.max(0, Math.min(right, trueRight) - Math.max(left, trueLeft));
  const sharedHeight = Math.max(0, Math.min(bottom, trueBottom) - Math.max(top, trueTop));
  const shared = sharedWidth * sharedHeight;
  const union = width * height + (trueRight - trueLeft) * (trueBottom - trueTop) - shared;
  const hullWidth = Math.max(right, trueRight) - Math.min(left, trueLeft);
  const hullHeight = Math.max(bottom, trueBottom) - Math.min(top, trueTop);
  const hull = hullWidth * hullHeight;

  // With u the union: GIoU = shared / u - 1 + u / hull, and du = d(area) - d(shared).
  const byShared = 1 / union + shared / (union * union) - 1 / hull;
  const byArea = 1 / hull - shared / (union * union);
  const byHull = -union / (hull * hull);
  const meets = shared > 0 ? 1 : 0;
  const byLeft =
    -meets * (left > trueLeft ? sharedHeight : 0) * byShared -
    height * byArea -
    (left < trueLeft ? hullHeight : 0) * byHull;
  const byRight =
    meets * (right < trueRight ? sharedHeight : 0) * byShared +
    height * byArea +
    (right > trueRight ? hullHeight : 0) * byHull;
  const byTop =
    -meets * (top > trueTop ? sharedWidth : 0) * byShared - width * byArea - (top < trueTop ? hullWidth : 0) * byHull;
  const byBottom =
    meets * (bottom < trueBottom ? sharedWidth : 0) * byShared +
    width * byArea +
    (bottom > trueBottom ? hullWidth : 0) * byHull;

  const anchorWidth = anchors[anchor * 4 + 2] as number;
  const anchorHeight = anchors[anchor * 4 + 3] as number;
  const follows = (delta: number) => (delta * SIDE_VARIANCE < LARGEST_LOG_SIDE ? 1 : 0);
  slopes[at] = -slope * (byLeft + byRight) * CENTRE_VARIANCE * anchorWidth;
  slopes[at + 1] = -slope * (byTop + byBottom) * CENTRE_VARIANCE * anchorHeight;
  slopes[at + 2] = -slope * ((byRight - byLeft) / 2) * SIDE_VARIANCE * width * follows(deltas[at + 2] as number);
  slopes[at + 3] = -slope * ((byBottom - byTop) / 2) * SIDE_VARIANCE * height * follows(deltas[at + 3] as number);
  return 2 - shared / union - union / hull;
};
