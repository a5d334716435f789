/** A box in pixels: left, top, width, height. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** Where a picture lies inside the square network input: `input = scale * picture + offset`. */
export interface Placement {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

/**
 * Intersection over union of two boxes, 0..1; 0 where both have no area.
 *
 * @example
 * ```ts
 * intersectionOverUnion([0, 0, 10, 10], [5, 0, 10, 10]).toFixed(3); // => '0.333'
 * ```
 */
export function intersectionOverUnion(a: Box, b: Box): number {
  const shared = overlap(a, b);
  const union = a[2] * a[3] + b[2] * b[3] - shared;
  return union > 0 ? shared / union : 0;
}

/**
 * Share of `inner` that lies inside `outer`, 0..1; 0 where `inner` has no area.
 *
 * @example
 * ```ts
 * coveredShare([0, 0, 10, 10], [5, 0, 10, 10]); // => 0.5
 * ```
 */
export function coveredShare(inner: Box, outer: Box): number {
  const area = inner[2] * inner[3];
  return area > 0 ? overlap(inner, outer) / area : 0;
}

/**
 * Generalised intersection over union, -1..1: IoU less the share of the smallest enclosing box that neither box covers
 * (Rezatofighi et al., CVPR 2019, algorithm 1).
 *
 * @example
 * ```ts
 * generalisedIou([0, 0, 10, 10], [20, 0, 10, 10]).toFixed(3); // => '-0.333'
 * ```
 */
export function generalisedIou(a: Box, b: Box): number {
  const shared = overlap(a, b);
  const union = a[2] * a[3] + b[2] * b[3] - shared;
  const width = Math.max(a[0] + a[2], b[0] + b[2]) - Math.min(a[0], b[0]);
  const height = Math.max(a[1] + a[3], b[1] + b[3]) - Math.min(a[1], b[1]);
  const enclosing = width * height;
  if (!(union > 0) || !(enclosing > 0)) return -1;
  return shared / union - (enclosing - union) / enclosing;
}

/**
 * The largest centred placement of a `width` x `height` picture in a square of `size` pixels.
 *
 * @example
 * ```ts
 * letterbox(640, 320, 320).scale; // => 0.5
 * ```
 */
export function letterbox(width: number, height: number, size: number): Placement {
  const scale = size / Math.max(width, height);
  return { scale, left: (size - width * scale) / 2, top: (size - height * scale) / 2 };
}

/** A box of the picture, carried into the network input. */
export function placeBox(box: Box, placement: Placement): Box {
  const { scale, left, top } = placement;
  return [box[0] * scale + left, box[1] * scale + top, box[2] * scale, box[3] * scale];
}

/** A box of the network input, carried back to the picture: the inverse of {@link placeBox}. */
export function unplaceBox(box: Box, placement: Placement): Box {
  const { scale, left, top } = placement;
  return [(box[0] - left) / scale, (box[1] - top) / scale, box[2] / scale, box[3] / scale];
}
