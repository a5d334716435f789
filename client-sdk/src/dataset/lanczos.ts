/** Half the width of the filter, in pixels of the smaller picture. */
const LOBES = 3;

interface Taps {
  readonly count: number;
  /** `[to, count]` places in the line scaled from, held at its ends. */
  readonly places: Int32Array;
  /** `[to, count]`, each row with the sum 1. */
  readonly weights: Float32Array;
}

/**
 * Scales a picture by Lanczos' filter with three lobes, as libvips does on the command's side, from four bytes a pixel to three; the fourth is left out.
 *
 * @param rgba `[height, width, 4]`
 * @returns `[toHeight, toWidth, 3]`
 */
export function lanczos(
  rgba: Uint8ClampedArray,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
): Uint8Array {
  const down = taps(height, toHeight);
  const across = taps(width, toWidth);
  // Clamped arrays round, and hold the overshoot of the filter within 0 to 255: after either step, as libvips does.
  const lowered = new Uint8ClampedArray(toHeight * width * 3);
  const line = new Float32Array(width * 3);
  for (let y = 0; y < toHeight; y++) {
    line.fill(0);
    for (let tap = y * down.count; tap < (y + 1) * down.count; tap++) {
      const weight = down.weights[tap]!;
      for (let at = 0, from = down.places[tap]! * width * 4; at < line.length; at += 3, from += 4) {
        line[at]! += weight * rgba[from]!;
        line[at + 1]! += weight * rgba[from + 1]!;
        line[at + 2]! += weight * rgba[from + 2]!;
      }
    }
    lowered.set(line, y * line.length);
  }
  const out = new Uint8ClampedArray(toHeight * toWidth * 3);
  for (let y = 0, to = 0; y < toHeight; y++) {
    for (let x = 0; x < toWidth; x++, to += 3) {
      let [red, green, blue] = [0, 0, 0];
      for (let tap = x * across.count; tap < (x + 1) * across.count; tap++) {
        const weight = across.weights[tap]!;
        const from = (y * width + across.places[tap]!) * 3;
        red += weight * lowered[from]!;
        green += weight * lowered[from + 1]!;
        blue += weight * lowered[from + 2]!;
      }
      out[to] = red;
      out[to + 1] = green;
      out[to + 2] = blue;
    }
  }
  return new Uint8Array(out.buffer);
}

function taps(from: number, to: number): Taps {
  const scale = from / to;
  const stretch = Math.max(1, scale);
  const count = 2 * Math.ceil(LOBES * stretch) + 1;
  const places = new Int32Array(to * count);
  const weights = new Float32Array(to * count);
  for (let out = 0; out < to; out++) {
    const centre = (out + 0.5) * scale - 0.5;
    const first = Math.round(centre) - (count - 1) / 2;
    const row = Array.from({ length: count }, (_, tap) => kernel((first + tap - centre) / stretch));
    const sum = row.reduce((total, weight) => total + weight, 0);
    row.forEach((weight, tap) => {
      places[out * count + tap] = Math.min(from - 1, Math.max(0, first + tap));
      weights[out * count + tap] = weight / sum;
    });
  }
  return { count, places, weights };
}

function kernel(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const turn = Math.PI * x;
  return (LOBES * Math.sin(turn) * Math.sin(turn / LOBES)) / (turn * turn);
}
