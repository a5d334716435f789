/**
 * How a box is written relative to an anchor: centre offsets in anchor sides over 0.1, log sides over 0.2
 * (Liu et al., SSD, 2016; the variances of its reference code).
 */
export const CENTRE_VARIANCE = 0.1;
export const SIDE_VARIANCE = 0.2;

/** Largest log ratio of box side to anchor side that decoding follows; keeps exp() finite on an untrained network. */
export const LARGEST_LOG_SIDE = Math.log(64);

/**
 * Writes the code of one box into `out` at `at`.
 *
 * @param anchors [A, 4] centre x, centre y, width, height, in input pixels.
 * @param boxes [N, 4] left, top, width, height, in input pixels; sides above 0.
 */
export function encodeBox(
  anchors: Float32Array,
  anchor: number,
  boxes: Float32Array,
  box: number,
  out: Float32Array,
  at: number,
): void {
  const a = anchor * 4;
  const b = box * 4;
  const anchorWidth = anchors[a + 2] as number;
  const anchorHeight = anchors[a + 3] as number;
  const width = boxes[b + 2] as number;
  const height = boxes[b + 3] as number;
  out[at] = ((boxes[b] as number) + width / 2 - (anchors[a] as number)) / anchorWidth / CENTRE_VARIANCE;
  out[at + 1] = ((boxes[b + 1] as number) + height / 2 - (anchors[a + 1] as number)) / anchorHeight / CENTRE_VARIANCE;
  out[at + 2] = Math.log(width / anchorWidth) / SIDE_VARIANCE;
  out[at + 3] = Math.log(height / anchorHeight) / SIDE_VARIANCE;
}

/**
 * Reads the box of one anchor from `deltas` at `from` and writes left, top, width, height (input pixels) into `out` at `at`:
 * the inverse of {@link encodeBox} within {@link LARGEST_LOG_SIDE}.
 */
export function decodeBox(
  anchors: Float32Array,
  anchor: number,
  deltas: Float32Array,
  from: number,
  out: Float32Array,
  at: number,
): void {
  const a = anchor * 4;
  const anchorWidth = anchors[a + 2] as number;
  const anchorHeight = anchors[a + 3] as number;
  const width = anchorWidth * Math.exp(Math.min(LARGEST_LOG_SIDE, (deltas[from + 2] as number) * SIDE_VARIANCE));
  const height = anchorHeight * Math.exp(Math.min(LARGEST_LOG_SIDE, (deltas[from + 3] as number) * SIDE_VARIANCE));
  out[at] = (anchors[a] as number) + (deltas[from] as number) * CENTRE_VARIANCE * anchorWidth - width / 2;
  out[at + 1] = (anchors[a + 1] as number) + (deltas[from + 1] as number) * CENTRE_VARIANCE * anchorHeight - height / 2;
  out[at + 2] = width;
  out[at + 3] = height;
}
