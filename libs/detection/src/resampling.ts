/** Colour around a picture that does not fill its frame: mid-grey, so that it says nothing. */
export const SURROUND = 127.5;

/** Decoded picture: RGB bytes, row by row. */
export interface Picture {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A rectangle of a frame of float RGB. */
export interface Frame {
  /** [size, size, 3] starting at `offset`. */
  readonly values: Float32Array;
  readonly offset: number;
  /** Side of the square frame. */
  readonly size: number;
}

/** A target rectangle inside a frame, in whole pixels. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Which source samples make each target sample: `count` weights from source index `start`; count 0 where the target lies outside the source. */
interface Taps {
  readonly start: Int32Array;
  readonly count: Int32Array;
  readonly weights: Float32Array;
  readonly most: number;
}

/**
 * Target sample i sees the stretch [i, i+1) / scale - offset / scale of the source. Shrinking averages the whole stretch (so that fine texture does not alias);
 * enlarging interpolates between the two nearest samples. The two meet at scale 1.
 */
function tapsOf(length: number, sourceLength: number, scale: number, offset: number): Taps {
  const span = Math.max(1, 1 / scale);
  const most = Math.ceil(span) + 1;
  const start = new Int32Array(length);
  const count = new Int32Array(length);
  const weights = new Float32Array(length * most);
  for (let i = 0; i < length; i++) {
    const centre = (i + 0.5 - offset) / scale;
    if (centre < 0 || centre >= sourceLength) continue;
    const from = Math.max(0, centre - span / 2);
    const to = Math.min(sourceLength, centre + span / 2);
    const first = Math.floor(from);
    const last = Math.min(sourceLength - 1, Math.ceil(to) - 1);
    start[i] = first;
    count[i] = last - first + 1;
    for (let k = first; k <= last; k++) {
      weights[i * most + k - first] = (Math.min(to, k + 1) - Math.max(from, k)) / (to - from);
    }
  }
  return { start, count, weights, most };
}

/**
 * Draws a picture into a window of a frame: window pixel = scale * picture pixel + offset. What the picture does not cover becomes {@link SURROUND}.
 * Shrinking averages areas, enlarging is bilinear.
 *
 * @param mapping `scale` in frame pixels a picture pixel; `left`, `top` where the picture's corner falls, in window pixels.
 * @param mirrored whether the window is filled from right to left.
 */
export function drawPicture(
  picture: Picture,
  frame: Frame,
  window: Window,
  mapping: { readonly scale: number; readonly left: number; readonly top: number },
  mirrored = false,
): void {
  const { pixels, width, height } = picture;
  const columns = tapsOf(window.width, width, mapping.scale, mapping.left);
  const rows = tapsOf(window.height, height, mapping.scale, mapping.top);
  let fromColumn = width;
  let toColumn = 0;
  for (let i = 0; i < window.width; i++) {
    const taken = columns.count[i] as number;
    if (taken === 0) continue;
    fromColumn = Math.min(fromColumn, columns.start[i] as number);
    toColumn = Math.max(toColumn, (columns.start[i] as number) + taken);
  }
  const from = fromColumn * 3;
  const to = toColumn * 3;
  const line = new Float32Array(width * 3);
  const step = mirrored ? -3 : 3;
  for (let y = 0; y < window.height; y++) {
    const target = frame.offset + ((window.top + y) * frame.size + window.left) * 3;
    const rowCount = rows.count[y] as number;
    if (rowCount === 0 || to <= from) {
      frame.values.fill(SURROUND, target, target + window.width * 3);
      continue;
    }
    for (let k = 0; k < rowCount; k++) {
      const weight = rows.weights[y * rows.most + k] as number;
      const source = ((rows.start[y] as number) + k) * width * 3;
      if (k === 0) for (let i = from; i < to; i++) line[i] = weight * (pixels[source + i] as number);
      else for (let i = from; i < to; i++) line[i] = (line[i] as number) + weight * (pixels[source + i] as number);
    }
    let at = mirrored ? target + (window.width - 1) * 3 : target;
    for (let x = 0; x < window.width; x++, at += step) {
      const columnCount = columns.count[x] as number;
      if (columnCount === 0) {
        frame.values[at] = frame.values[at + 1] = frame.values[at + 2] = SURROUND;
        continue;
      }
      let red = 0;
      let green = 0;
      let blue = 0;
      let source = (columns.start[x] as number) * 3;
      const tap = x * columns.most;
      for (let k = 0; k < columnCount; k++, source += 3) {
        const weight = columns.weights[tap + k] as number;
        red += weight * (line[source] as number);
        green += weight * (line[source + 1] as number);
        blue += weight * (line[source + 2] as number);
      }
      frame.values[at] = red;
      frame.values[at + 1] = green;
      frame.values[at + 2] = blue;
    }
  }
}
