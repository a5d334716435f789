import type { CanonicalImage } from './canonical-image.js';
import { moments, quantile } from './statistics.js';

/** Taken out of the global object once: in a sandboxed context every look-up in an inner loop would go through it. */
const { floor, max, min, sqrt } = Math;

const HUES = 8;
const LEVELS = 64;
const GRID = 4;
/** Below this saturation a pixel has no hue worth counting. */
const GREY = 0.1;
/** Below this brightest channel saturation is left at zero: it would only be noise. */
const NEARLY_BLACK = 0.02;

export const lightNames: readonly string[] = [
  'luminance.mean',
  'luminance.deviation',
  'luminance.skewness',
  'luminance.low',
  'luminance.high',
  'luminance.black',
  'luminance.white',
  'luminance.localDeviation',
  'luminance.cellDeviation',
  'saturation.mean',
  'saturation.deviation',
  'opponent.redGreen.mean',
  'opponent.redGreen.deviation',
  'opponent.blueYellow.mean',
  'opponent.blueYellow.deviation',
  ...Array.from({ length: HUES }, (_, hue) => `hue.${hue}`),
  'hue.grey',
];

/** Luminance, contrast, saturation and colour of a picture: `[24]`. */
export function lightFeatures(image: CanonicalImage): number[] {
  const { luminance } = image;
  const count = luminance.length;
  const histogram = new Float64Array(LEVELS);
  let sum = 0;
  for (let at = 0; at < count; at++) {
    const light = luminance[at]!;
    sum += light;
    histogram[min(LEVELS - 1, max(0, floor(light * LEVELS)))]! += 1;
  }
  const mean = sum / count;
  let second = 0;
  let third = 0;
  for (let at = 0; at < count; at++) {
    const away = luminance[at]! - mean;
    second += away * away;
    third += away * away * away;
  }
  const deviation = sqrt(second / count);
  const cells = cellMoments(image);
  return [
    mean,
    deviation,
    third / count / (deviation + 0.02) ** 3,
    level(histogram, count, 0.05),
    level(histogram, count, 0.95),
    (histogram[0]! + histogram[1]!) / count,
    (histogram[LEVELS - 1]! + histogram[LEVELS - 2]!) / count,
    cells.within,
    cells.between,
    ...colourFeatures(image.rgb),
  ];
}

function colourFeatures(rgb: Float32Array): number[] {
  const hues = new Float64Array(HUES);
  const count = rgb.length / 3;
  let grey = 0;
  let saturation1 = 0;
  let saturation2 = 0;
  let redGreen1 = 0;
  let redGreen2 = 0;
  let blueYellow1 = 0;
  let blueYellow2 = 0;
  for (let at = 0; at < rgb.length; at += 3) {
    const r = rgb[at]!;
    const g = rgb[at + 1]!;
    const b = rgb[at + 2]!;
    const most = max(r, g, b);
    const range = most - min(r, g, b);
    const saturation = most > NEARLY_BLACK ? range / most : 0;
    saturation1 += saturation;
    saturation2 += saturation * saturation;
    if (saturation > GREY) {
      let sixth = (r - g) / range + 4;
      if (most === r) sixth = (g - b) / range + 6;
      else if (most === g) sixth = (b - r) / range + 2;
      hues[floor((sixth / 6) * HUES) % HUES]! += 1;
    } else {
      grey++;
    }
    const redGreen = r - g;
    const blueYellow = b - 0.5 * (r + g);
    redGreen1 += redGreen;
    redGreen2 += redGreen * redGreen;
    blueYellow1 += blueYellow;
    blueYellow2 += blueYellow * blueYellow;
  }
  return [
    ...spread(saturation1, saturation2, count),
    ...spread(redGreen1, redGreen2, count),
    ...spread(blueYellow1, blueYellow2, count),
    ...Array.from(hues, (hue) => hue / count),
    grey / count,
  ];
}

function spread(sum: number, squares: number, count: number): [number, number] {
  const mean = sum / count;
  return [mean, sqrt(max(0, squares / count - mean * mean))];
}

function level(histogram: Float64Array, count: number, share: number): number {
  let seen = 0;
  for (let at = 0; at < LEVELS; at++) {
    seen += histogram[at]!;
    if (seen >= share * count) return at / (LEVELS - 1);
  }
  return 1;
}

/** Contrast inside the cells of a 4 x 4 grid (median) against contrast between them (uneven light). */
function cellMoments({ width, height, luminance }: CanonicalImage): { within: number; between: number } {
  const means: number[] = [];
  const deviations: number[] = [];
  for (let row = 0; row < GRID; row++) {
    for (let column = 0; column < GRID; column++) {
      const left = floor((column * width) / GRID);
      const right = floor(((column + 1) * width) / GRID);
      const bottom = floor(((row + 1) * height) / GRID);
      let sum = 0;
      let squares = 0;
      let count = 0;
      for (let y = floor((row * height) / GRID); y < bottom; y++) {
        for (let at = y * width + left; at < y * width + right; at++) {
          const light = luminance[at]!;
          sum += light;
          squares += light * light;
          count++;
        }
      }
      const [mean, deviation] = spread(sum, squares, count);
      means.push(mean);
      deviations.push(deviation);
    }
  }
  deviations.sort((a, b) => a - b);
  return { within: quantile(deviations, 0.5), between: moments(means).deviation };
}
