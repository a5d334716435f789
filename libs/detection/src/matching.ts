import type { AnchorSize } from '@edgelore/search-space';
import type { Anchors } from './anchors.js';
import type { Box } from './geometry.js';

/** Values of {@link Matching.face} that are not a face. */
export const BACKGROUND = -1;
export const IGNORED = -2;

export interface Matching {
  /** [A] index of the face an anchor stands for, {@link BACKGROUND} or {@link IGNORED}. */
  readonly face: Int32Array;
  readonly positives: number;
}

export interface MatchingOptions {
  /** Overlap (IoU) from which an anchor stands for a face. */
  readonly iou: number;
  /** Anchors that a face gets even below `iou`, if free ones overlap it enough. */
  readonly minimumAnchors?: number;
}

/** Anchors below the threshold by no more than this teach nothing: neither face nor background. */
const IGNORE_BAND = 0.1;
/** Least overlap of the anchors given beyond a face's best one (stage two of S3FD's matching). */
const LEAST_OVERLAP = 0.1;
/**
 * Most anchors of one face; further ones that overlap it enough are ignored. A large face overlaps hundreds of anchors and a tiny one three: without a bound the loss is
 * about large faces only.
 */
const MOST_ANCHORS = 12;
/** Share of an anchor inside an ignored place from which it is ignored. */
const IGNORED_SHARE = 0.5;

interface Candidate {
  readonly face: number;
  readonly anchor: number;
  readonly overlap: number;
  /** Squared distance of the centres; decides between equal overlaps. */
  readonly distance: number;
}

function byFallingOverlap(a: Candidate, b: Candidate): number {
  return b.overlap - a.overlap || a.distance - b.distance || a.face - b.face || a.anchor - b.anchor;
}

/** Largest overlap that an anchor of this shape can have with a box of this size. */
function reachable(shape: AnchorSize, width: number, height: number): number {
  const shared = Math.min(shape.width, width) * Math.min(shape.height, height);
  return shared / (shape.width * shape.height + width * height - shared);
}

/** All anchors that overlap a box, found cell by cell; shapes that cannot reach the least overlap are skipped, but not the closest. */
function candidatesOf(anchors: Anchors, box: Box, face: number, into: Candidate[]): void {
  const [left, top, width, height] = box;
  const centreX = left + width / 2;
  const centreY = top + height / 2;
  const area = width * height;
  let closest = 0;
  for (const { shapes } of anchors.levels) {
    for (const shape of shapes) closest = Math.max(closest, reachable(shape, width, height));
  }
  for (const { stride, rows, columns, shapes, first } of anchors.levels) {
    shapes.forEach((shape, index) => {
      const bound = reachable(shape, width, height);
      if (bound < LEAST_OVERLAP && bound < closest) return;
      const reachX = (shape.width + width) / 2;
      const reachY = (shape.height + height) / 2;
      const fromColumn = Math.max(0, Math.ceil((centreX - reachX) / stride - 0.5));
      const toColumn = Math.min(columns - 1, Math.floor((centreX + reachX) / stride - 0.5));
      const fromRow = Math.max(0, Math.ceil((centreY - reachY) / stride - 0.5));
      const toRow = Math.min(rows - 1, Math.floor((centreY + reachY) / stride - 0.5));
      for (let row = fromRow; row <= toRow; row++) {
        const y = (row + 0.5) * stride;
        const sharedHeight = Math.min(y + shape.height / 2, top + height) - Math.max(y - shape.height / 2, top);
        if (sharedHeight <= 0) continue;
        for (let column = fromColumn; column <= toColumn; column++) {
          const x = (column + 0.5) * stride;
          const sharedWidth = Math.min(x + shape.width / 2, left + width) - Math.max(x - shape.width / 2, left);
          if (sharedWidth <= 0) continue;
          const shared = sharedWidth * sharedHeight;
          into.push({
            face,
            anchor: first + (row * columns + column) * shapes.length + index,
            overlap: shared / (area + shape.width * shape.height - shared),
            distance: (x - centreX) ** 2 + (y - centreY) ** 2,
          });
        }
      }
    });
  }
}

function nearestFreeAnchor(anchors: Anchors, box: Box, owned: Uint8Array): number {
  let best = -1;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let anchor = 0; anchor < anchors.count; anchor++) {
    if (owned[anchor]) continue;
    const x = (anchors.boxes[anchor * 4] as number) - box[0] - box[2] / 2;
    const y = (anchors.boxes[anchor * 4 + 1] as number) - box[1] - box[3] / 2;
    if (x * x + y * y < bestDistance) {
      best = anchor;
      bestDistance = x * x + y * y;
    }
  }
  return best;
}

/** Which anchor stands for which box, or BACKGROUND; and, in `overlaps`, the largest overlap of each anchor with any box. */
function assign(
  anchors: Anchors,
  boxes: readonly Box[],
  iou: number,
  minimumAnchors: number,
  overlaps: Float32Array,
): Int32Array {
  const face = new Int32Array(anchors.count).fill(BACKGROUND);
  const candidates: Candidate[] = [];
  boxes.forEach((box, index) => {
    candidatesOf(anchors, box, index, candidates);
  });
  candidates.sort(byFallingOverlap);
  const owned = new Uint8Array(anchors.count);
  const held = new Int32Array(boxes.length);
  for (const candidate of candidates) {
    overlaps[candidate.anchor] = Math.max(overlaps[candidate.anchor] as number, candidate.overlap);
    if (held[candidate.face] === 0 && !owned[candidate.anchor]) {
      owned[candidate.anchor] = 1;
      face[candidate.anchor] = candidate.face;
      held[candidate.face] = 1;
    }
  }
  boxes.forEach((box, index) => {
    if (held[index]) return;
    const anchor = nearestFreeAnchor(anchors, box, owned);
    if (anchor < 0) return;
    owned[anchor] = 1;
    face[anchor] = index;
    held[index] = 1;
  });
  for (const candidate of candidates) {
    if (face[candidate.anchor] !== BACKGROUND) continue;
    const own = held[candidate.face] as number;
    if (candidate.overlap >= iou ? own < MOST_ANCHORS : candidate.overlap >= LEAST_OVERLAP && own < minimumAnchors) {
      face[candidate.anchor] = candidate.face;
      held[candidate.face] = own + 1;
    }
  }
  return face;
}

/**
 * Decides for one picture which anchor stands for which face. Each face first gets its best free anchor whatever the overlap, so that
 * tiny faces are learnt from too; then anchors that overlap a face by `iou` or more stand for it, best first and at most {@link MOST_ANCHORS} of them;
 * last, faces with fewer than `minimumAnchors` take their best free ones (the scale compensation of S3FD, Zhang et al. 2017, section 3.2).
 * Other anchors near or above the threshold, and anchors on `ignore` places, are left out of the loss.
 *
 * @param faces boxes in input pixels, sides above 0; no more of them than anchors.
 */
export function matchAnchors(
  anchors: Anchors,
  faces: readonly Box[],
  ignore: readonly Box[],
  options: MatchingOptions,
): Matching {
  const { iou, minimumAnchors = 3 } = options;
  const overlaps = new Float32Array(anchors.count);
  const face = assign(anchors, faces, iou, minimumAnchors, overlaps);
  const unusable = ignore.length > 0 ? ignoredAnchors(anchors, ignore, iou) : undefined;
  let positives = 0;
  for (let anchor = 0; anchor < anchors.count; anchor++) {
    if ((face[anchor] as number) >= 0) positives++;
    else if ((overlaps[anchor] as number) >= iou - IGNORE_BAND || unusable?.[anchor]) face[anchor] = IGNORED;
  }
  return { face, positives };
}

function ignoredAnchors(anchors: Anchors, ignore: readonly Box[], iou: number): Uint8Array {
  const unusable = new Uint8Array(anchors.count);
  const stands = assign(anchors, ignore, iou, 1, new Float32Array(anchors.count));
  for (let anchor = 0; anchor < anchors.count; anchor++) {
    if ((stands[anchor] as number) >= 0) {
      unusable[anchor] = 1;
      continue;
    }
    const anchorWidth = anchors.boxes[anchor * 4 + 2] as number;
    const anchorHeight = anchors.boxes[anchor * 4 + 3] as number;
    const x = (anchors.boxes[anchor * 4] as number) - anchorWidth / 2;
    const y = (anchors.boxes[anchor * 4 + 1] as number) - anchorHeight / 2;
    for (const [left, top, width, height] of ignore) {
      const sharedWidth = Math.min(x + anchorWidth, left + width) - Math.max(x, left);
      const sharedHeight = Math.min(y + anchorHeight, top + height) - Math.max(y, top);
      if (
        sharedWidth > 0 &&
        sharedHeight > 0 &&
        sharedWidth * sharedHeight >= IGNORED_SHARE * anchorWidth * anchorHeight
      ) {
        unusable[anchor] = 1;
        break;
      }
    }
  }
  return unusable;
}
