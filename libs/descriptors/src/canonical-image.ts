import type { Box, DescribedImage } from './described-image.js';

/** Taken out of the global object once: in a sandboxed context every look-up in an inner loop would go through it. */
const { abs, ceil, floor, max, min, round } = Math;

/** Long side, in pixels, at which every picture is measured, so that blur, noise and edges mean the same for all. */
export const CANONICAL_SIDE = 320;
const SHORTEST_SIDE = 8;

/** A picture at the canonical resolution: values in [0, 1], boxes clipped to it and in its pixels. */
export interface CanonicalImage {
  readonly width: number;
  readonly height: number;
  /** `[height, width, 3]` */
  readonly rgb: Float32Array;
  /** `[height, width]` */
  readonly luminance: Float32Array;
  readonly boxes: readonly Box[];
}

interface Taps {
  readonly first: Int32Array;
  readonly count: number;
  readonly weights: Float64Array;
}

/** Brings a picture to the canonical resolution with a triangle filter as wide as the shrinking needs (no aliasing, exact copy at scale 1). */
export function canonicalImage(image: DescribedImage): CanonicalImage {
  const scale = CANONICAL_SIDE / max(image.width, image.height);
  const width = max(SHORTEST_SIDE, round(image.width * scale));
  const height = max(SHORTEST_SIDE, round(image.height * scale));
  const rgb = resample(image, width, height);
  const luminance = new Float32Array(width * height);
  for (let at = 0, from = 0; at < luminance.length; at++, from += 3) {
    luminance[at] = 0.299 * rgb[from]! + 0.587 * rgb[from + 1]! + 0.114 * rgb[from + 2]!;
  }
  return { width, height, rgb, luminance, boxes: clipBoxes(image, width, height) };
}

/** Averages 2 x 2 pixels of a plane: `[height >> 1, width >> 1]`. */
export function halved(plane: Float32Array, width: number, height: number): Float32Array {
  const outWidth = width >> 1;
  const outHeight = height >> 1;
  const out = new Float32Array(outWidth * outHeight);
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      const at = 2 * y * width + 2 * x;
      out[y * outWidth + x] = 0.25 * (plane[at]! + plane[at + 1]! + plane[at + width]! + plane[at + width + 1]!);
    }
  }
  return out;
}

function clipBoxes(image: DescribedImage, width: number, height: number): Box[] {
  const scaleX = width / image.width;
  const scaleY = height / image.height;
  const clipped: Box[] = [];
  for (const [x, y, w, h] of image.boxes) {
    const left = max(0, x * scaleX);
    const top = max(0, y * scaleY);
    const right = min(width, (x + w) * scaleX);
    const bottom = min(height, (y + h) * scaleY);
    if (right > left && bottom > top) clipped.push([left, top, right - left, bottom - top]);
  }
  return clipped;
}

function resample(image: DescribedImage, width: number, height: number): Float32Array {
  const row = width * 3;
  const out = new Float32Array(row * height);
  if (width === image.width && height === image.height) {
    for (let at = 0; at < out.length; at++) out[at] = image.pixels[at]! / 255;
    return out;
  }
  const narrowed = narrow(image, width);
  const { first, count, weights } = taps(image.height, height);
  for (let y = 0; y < height; y++) {
    for (let tap = 0; tap < count; tap++) {
      const weight = weights[y * count + tap]! / 255;
      if (weight === 0) continue;
      const from = (first[y]! + tap) * row;
      for (let at = 0; at < row; at++) out[y * row + at]! += weight * narrowed[from + at]!;
    }
  }
  return out;
}

/** Resamples every line to `width` pixels: RGB triples, `[image.height, width, 3]`, values up to 255. */
function narrow({ pixels, width: from, height }: DescribedImage, width: number): Float32Array {
  const out = new Float32Array(width * height * 3);
  const { first, count, weights } = taps(from, width);
  let into = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++, into += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let at = (y * from + first[x]!) * 3;
      for (let tap = x * count; tap < (x + 1) * count; tap++, at += 3) {
        const weight = weights[tap]!;
        red += weight * pixels[at]!;
        green += weight * pixels[at + 1]!;
        blue += weight * pixels[at + 2]!;
      }
      out[into] = red;
      out[into + 1] = green;
      out[into + 2] = blue;
    }
  }
  return out;
}

function taps(from: number, to: number): Taps {
  const scale = from / to;
  const support = max(1, scale);
  const count = min(from, ceil(2 * support) + 1);
  const first = new Int32Array(to);
  const weights = new Float64Array(to * count);
  for (let out = 0; out < to; out++) {
    const centre = (out + 0.5) * scale;
    const start = min(from - count, max(0, floor(centre - support)));
    let total = 0;
    for (let tap = 0; tap < count; tap++) {
      const weight = max(0, 1 - abs(start + tap + 0.5 - centre) / support);
      weights[out * count + tap] = weight;
      total += weight;
    }
    first[out] = start;
    for (let tap = 0; tap < count; tap++) weights[out * count + tap] = weights[out * count + tap]! / total;
  }
  return { first, count, weights };
}
