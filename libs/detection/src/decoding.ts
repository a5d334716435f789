import type { Anchors } from './anchors.js';
import type { Detection } from './average-precision.js';
import { decodeBox } from './box-code.js';
import { type Placement, unplaceBox } from './geometry.js';

export interface DecodingOptions {
  /** Detections below this score are dropped; 0.01 when left out: average precision wants the doubtful ones too. */
  readonly scoreThreshold?: number;
  /** Of two detections that overlap (IoU) more than this, the better one stays; 0.4 when left out. */
  readonly suppressionIou?: number;
  /** At most so many detections a picture; 200 when left out. */
  readonly limit?: number;
}

/** Anchors that enter suppression, best first. */
const CANDIDATES = 1000;

/**
 * Greedy non-maximum suppression.
 *
 * @param boxes [N, 4] left, top, width, height, by falling score.
 * @returns the rows that stay, in order, at most `limit`.
 *
 * @example
 * ```ts
 * // The second box covers most of the first and has the lower score.
 * suppress(Float32Array.of(0, 0, 10, 10, 1, 0, 10, 10), 0.4, 10); // => [0]
 * ```
 */
export function suppress(boxes: Float32Array, iou: number, limit: number): number[] {
  const kept: number[] = [];
  for (let i = 0; i < boxes.length / 4 && kept.length < limit; i++) {
    const left = boxes[i * 4] as number;
    const top = boxes[i * 4 + 1] as number;
    const width = boxes[i * 4 + 2] as number;
    const height = boxes[i * 4 + 3] as number;
    let free = true;
    for (const k of kept) {
      const otherLeft = boxes[k * 4] as number;
      const otherTop = boxes[k * 4 + 1] as number;
      const otherWidth = boxes[k * 4 + 2] as number;
      const otherHeight = boxes[k * 4 + 3] as number;
      const sharedWidth = Math.min(left + width, otherLeft + otherWidth) - Math.max(left, otherLeft);
      const sharedHeight = Math.min(top + height, otherTop + otherHeight) - Math.max(top, otherTop);
      if (sharedWidth <= 0 || sharedHeight <= 0) continue;
      const shared = sharedWidth * sharedHeight;
      if (shared > iou * (width * height + otherWidth * otherHeight - shared)) {
        free = false;
        break;
      }
    }
    if (free) kept.push(i);
  }
  return kept;
}

/**
 * Turns the network's outputs for one picture into detections in that picture's pixels, by falling score; of equal scores the lower anchor first.
 *
 * @param logits [A]; @param deltas [A * 4]
 * @param picture size of the picture; boxes are cut at its edges.
 */
export function decodeDetections(
  logits: Float32Array,
  deltas: Float32Array,
  anchors: Anchors,
  placement: Placement,
  picture: { readonly width: number; readonly height: number },
  options: DecodingOptions = {},
): Detection[] {
  const { scoreThreshold = 0.01, suppressionIou = 0.4, limit = 200 } = options;
  const leastLogit = Math.log(scoreThreshold / (1 - scoreThreshold));
  const candidates: number[] = [];
  for (let anchor = 0; anchor < logits.length; anchor++)
    if ((logits[anchor] as number) >= leastLogit) candidates.push(anchor);
  candidates.sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b);
  candidates.length = Math.min(candidates.length, CANDIDATES);
  const boxes = new Float32Array(candidates.length * 4);
  candidates.forEach((anchor, i) => {
    decodeBox(anchors.boxes, anchor, deltas, anchor * 4, boxes, i * 4);
  });
  const found: Detection[] = [];
  for (const i of suppress(boxes, suppressionIou, limit)) {
    const [left, top, width, height] = unplaceBox(
      [boxes[i * 4] as number, boxes[i * 4 + 1] as number, boxes[i * 4 + 2] as number, boxes[i * 4 + 3] as number],
      placement,
    );
    const x = Math.max(0, left);
    const y = Math.max(0, top);
    const cutWidth = Math.min(picture.width, left + width) - x;
    const cutHeight = Math.min(picture.height, top + height) - y;
    if (!(cutWidth > 0 && cutHeight > 0)) continue;
    const score = 1 / (1 + Math.exp(-(logits[candidates[i] as number] as number)));
    found.push({ box: [x, y, cutWidth, cutHeight], score });
  }
  return found;
}
