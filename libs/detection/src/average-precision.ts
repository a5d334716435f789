import { type Box, coveredShare, intersectionOverUnion } from './geometry.js';

/** A found face: box in image pixels, score in 0..1. */
export interface Detection {
  readonly box: Box;
  readonly score: number;
}

/** What was found in one picture, beside what is there. */
export interface ImageResult {
  readonly detections: readonly Detection[];
  readonly boxes: readonly Box[];
  /** Places where a detection is neither right nor wrong. */
  readonly ignore?: readonly Box[];
}

export interface AveragePrecisionOptions {
  /** Overlap from which a detection is right; 0.5 when left out. */
  readonly iou?: number;
  /** 'all-point': area under the interpolated curve (PASCAL VOC since 2010). '101-point': mean over recalls 0, 0.01 .. 1 (COCO). */
  readonly style?: 'all-point' | '101-point';
}

export interface AveragePrecision {
  /** 0..1; 0 where there is no face to find (see `faces`). */
  readonly ap: number;
  /** After each counted detection, by falling score: share of right ones among the counted. */
  readonly precision: readonly number[];
  /** After each counted detection, by falling score: share of the faces found. */
  readonly recall: readonly number[];
  readonly faces: number;
}

interface Counted {
  readonly score: number;
  readonly right: boolean;
}

function byFallingScore(a: { readonly score: number }, b: { readonly score: number }): number {
  return b.score - a.score;
}

function countImage(result: ImageResult, threshold: number): Counted[] {
  const taken = new Uint8Array(result.boxes.length);
  const counted: Counted[] = [];
  // Array.prototype.sort is stable: equal scores keep the order in which they were given.
  for (const detection of [...result.detections].sort(byFallingScore)) {
    let best = -1;
    let bestOverlap = threshold;
    result.boxes.forEach((box, index) => {
      if (taken[index]) return;
      const overlap = intersectionOverUnion(detection.box, box);
      if (overlap > bestOverlap || (best < 0 && overlap >= bestOverlap)) {
        best = index;
        bestOverlap = overlap;
      }
    });
    if (best >= 0) {
      taken[best] = 1;
      counted.push({ score: detection.score, right: true });
    } else if (!result.ignore?.some((place) => coveredShare(detection.box, place) >= threshold)) {
      counted.push({ score: detection.score, right: false });
    }
  }
  return counted;
}

/**
 * Average precision over all pictures. Inside a picture each detection, by falling score, takes the free face it overlaps
 * most, if that is at least `iou`; one that takes none is wrong, unless at least that share of it lies in an `ignore` place
 * (COCO's rule for crowd regions). Equal scores keep the given order: picture by picture, detection by detection.
 *
 * Both styles read the precision made non-increasing from the right (Everingham et al. 2010, section 4.2; COCO `cocoeval`).
 *
 * @throws RangeError when a score is not a number.
 *
 * @example
 * ```ts
 * const face = [10, 10, 20, 20] as const;
 * const { ap } = averagePrecision([{ boxes: [face], detections: [{ box: face, score: 0.9 }] }]);
 * ap; // => 1
 * ```
 */
export function averagePrecision(
  perImage: readonly ImageResult[],
  options: AveragePrecisionOptions = {},
): AveragePrecision {
  const { iou = 0.5, style = 'all-point' } = options;
  let faces = 0;
  const counted: Counted[] = [];
  perImage.forEach((result, image) => {
    if (result.detections.some((detection) => Number.isNaN(detection.score))) {
      throw new RangeError(`A detection of picture ${image} has no number as score: leave such detections out.`);
    }
    faces += result.boxes.length;
    counted.push(...countImage(result, iou));
  });
  counted.sort(byFallingScore);
  let right = 0;
  const precision: number[] = [];
  const recall: number[] = [];
  counted.forEach((detection, index) => {
    if (detection.right) right++;
    precision.push(right / (index + 1));
    recall.push(faces > 0 ? right / faces : 0);
  });
  return { ap: faces > 0 ? areaUnderCurve(precision, recall, style) : 0, precision, recall, faces };
}

function areaUnderCurve(
  precision: readonly number[],
  recall: readonly number[],
  style: 'all-point' | '101-point',
): number {
  const envelope = [...precision];
  for (let i = envelope.length - 2; i >= 0; i--) {
    envelope[i] = Math.max(envelope[i] as number, envelope[i + 1] as number);
  }
  if (style === 'all-point') {
    return envelope.reduce((area, value, i) => area + value * ((recall[i] as number) - (recall[i - 1] ?? 0)), 0);
  }
  let sum = 0;
  let at = 0;
  for (let point = 0; point <= 100; point++) {
    while (at < recall.length && (recall[at] as number) < point / 100) at++;
    sum += envelope[at] ?? 0;
  }
  return sum / 101;
}
