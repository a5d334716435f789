import { type CanonicalImage, halved } from './canonical-image.js';
import { FrozenRandom } from './frozen-random.js';

/** Taken out of the global object once: in a sandboxed context every look-up in an inner loop would go through it. */
const { abs, ceil, floor, max, min, round, sqrt } = Math;

const SEED = 20_260_101;
const SIDE = 5;
const MARGIN = 2;
const FIRST_TAPS = SIDE * SIDE;
const DIRECTIONS = 6;
const FIRST = 2 * DIRECTIONS;
const SECOND_TAPS = 9 * FIRST;
const SECOND = 16;
/** Response at which the first layer's compression r / (r + HALF) reaches one half. */
const HALF = 0.1;
/** Channels worked on side by side: independent sums keep the processor's adders busy. Divides both channel counts. */
const LANES = 4;

/** Two frozen layers, weights `[taps, channels]`: edges and bars in six directions, then random filters over all of them. */
export interface Stem {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

export const stemNames: readonly string[] = [
  ...Array.from({ length: SECOND }, (_, channel) => `stem.${channel}.mean`),
  ...Array.from({ length: SECOND }, (_, channel) => `stem.${channel}.deviation`),
];

/** Builds the fixed filters. Weights are multiples of 2^-12, so every engine's exp and cos give the same ones. */
export function buildStem(): Stem {
  const random = new FrozenRandom(SEED);
  const waves = Array.from({ length: DIRECTIONS }, (_, step) => [wave(step, Math.sin), wave(step, Math.cos)]).flat();
  const mixers = Array.from({ length: SECOND }, () =>
    unitFilter(
      Array.from({ length: SECOND_TAPS }, () => random.uniform() + random.uniform() - 1),
      4,
    ),
  );
  return { first: tapMajor(waves), second: tapMajor(mixers) };
}

/** Mean and deviation over the picture of each channel of the second layer, on luminance at half the canonical resolution: `[32]`. */
export function stemFeatures(stem: Stem, image: CanonicalImage): number[] {
  const width = image.width >> 1;
  const height = image.height >> 1;
  const input = padded(halved(image.luminance, image.width, image.height), width, height);
  const hiddenWidth = ceil(width / 2);
  const hiddenHeight = ceil(height / 2);
  const hidden = firstLayer(stem.first, input, width + 2 * MARGIN, hiddenWidth, hiddenHeight);
  return secondLayer(stem.second, hidden, hiddenWidth, hiddenHeight);
}

/** A plane with its border repeated outwards by two pixels. */
function padded(plane: Float32Array, width: number, height: number): Float32Array {
  const outWidth = width + 2 * MARGIN;
  const out = new Float32Array(outWidth * (height + 2 * MARGIN));
  for (let y = 0; y < height + 2 * MARGIN; y++) {
    const from = min(height - 1, max(0, y - MARGIN)) * width;
    for (let x = 0; x < outWidth; x++) {
      out[y * outWidth + x] = plane[from + min(width - 1, max(0, x - MARGIN))]!;
    }
  }
  return out;
}

/** Compressed absolute responses, stride 2: `[height, width, 12]`. */
function firstLayer(
  weights: Float64Array,
  input: Float32Array,
  stride: number,
  width: number,
  height: number,
): Float32Array {
  const out = new Float32Array(width * height * FIRST);
  const patch = new Float64Array(FIRST_TAPS);
  const sums = new Float64Array(FIRST);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let tap = 0;
      for (let row = 0; row < SIDE; row++) {
        const from = (2 * y + row) * stride + 2 * x;
        for (let at = from; at < from + SIDE; at++) patch[tap++] = input[at]!;
      }
      dots(weights, patch, sums);
      const into = (y * width + x) * FIRST;
      for (let channel = 0; channel < FIRST; channel++) {
        const response = abs(sums[channel]!);
        out[into + channel] = response / (response + HALF);
      }
    }
  }
  return out;
}

/** ReLU responses, stride 2, border repeated, pooled at once. */
function secondLayer(weights: Float64Array, hidden: Float32Array, width: number, height: number): number[] {
  const totals = new Float64Array(SECOND);
  const squares = new Float64Array(SECOND);
  const patch = new Float64Array(SECOND_TAPS);
  const sums = new Float64Array(SECOND);
  let count = 0;
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      let tap = 0;
      for (let row = -1; row <= 1; row++) {
        const line = min(height - 1, max(0, y + row)) * width;
        for (let column = -1; column <= 1; column++) {
          const from = (line + min(width - 1, max(0, x + column))) * FIRST;
          for (let at = from; at < from + FIRST; at++) patch[tap++] = hidden[at]!;
        }
      }
      dots(weights, patch, sums);
      for (let channel = 0; channel < SECOND; channel++) {
        const response = max(0, sums[channel]!);
        totals[channel]! += response;
        squares[channel]! += response * response;
      }
      count++;
    }
  }
  const means = Array.from(totals, (total) => total / count);
  return [...means, ...means.map((mean, at) => sqrt(max(0, squares[at]! / count - mean * mean)))];
}

/** Products of one patch `[taps]` with every filter of `weights` `[taps, channels]`, into `sums` `[channels]`. */
function dots(weights: Float64Array, patch: Float64Array, sums: Float64Array): void {
  const channels = sums.length;
  for (let channel = 0; channel < channels; channel += LANES) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let at = channel;
    for (let tap = 0; tap < patch.length; tap++, at += channels) {
      const value = patch[tap]!;
      a += value * weights[at]!;
      b += value * weights[at + 1]!;
      c += value * weights[at + 2]!;
      d += value * weights[at + 3]!;
    }
    sums[channel] = a;
    sums[channel + 1] = b;
    sums[channel + 2] = c;
    sums[channel + 3] = d;
  }
}

/** An oriented wave under a Gaussian: an edge with sine, a bar with cosine; `step` sixths of a half turn. */
function wave(step: number, phase: (angle: number) => number): number[] {
  const cos = Math.cos((step * Math.PI) / DIRECTIONS);
  const sin = Math.sin((step * Math.PI) / DIRECTIONS);
  const raw = Array.from({ length: FIRST_TAPS }, (_, tap) => {
    const x = (tap % SIDE) - MARGIN;
    const y = floor(tap / SIDE) - MARGIN;
    return Math.exp(-(x * x + y * y) / 3) * phase(((x * cos + y * sin) * Math.PI) / 2);
  });
  return unitFilter(raw, 1);
}

/** Takes the mean away, scales absolute values to sum to `size`, rounds to multiples of 2^-12. */
function unitFilter(raw: readonly number[], size: number): number[] {
  const mean = raw.reduce((sum, value) => sum + value, 0) / raw.length;
  const total = raw.reduce((sum, value) => sum + abs(value - mean), 0);
  return raw.map((value) => round((((value - mean) * size) / total) * 4096) / 4096);
}

function tapMajor(filters: readonly (readonly number[])[]): Float64Array {
  const taps = filters[0]!.length;
  return Float64Array.from({ length: taps * filters.length }, (_, at) => {
    return filters[at % filters.length]![floor(at / filters.length)]!;
  });
}
