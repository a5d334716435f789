import { type CanonicalImage, halved } from './canonical-image.js';
import { moments, quantile, relativeEntropy } from './statistics.js';

/** Taken out of the global object once: in a sandboxed context every look-up in an inner loop would go through it. */
const { abs, floor, min, sqrt } = Math;

const ORIENTATIONS = 8;
const GRID = 4;
const TILES = 8;
/** Gradients weaker than this (in luminance per pixel) are noise and quantisation, not edges. */
const FAINT = 0.004;
const FLAT = 0.002;
/** Tangents of 11.25, 33.75, 56.25 and 78.75 degrees: the borders between the eight orientation bins. */
const TANGENTS = [0.198912367379658, 0.6681786379192989, 1.496605762665489, 5.027339492125846] as const;

export const edgeNames: readonly string[] = [
  ...Array.from({ length: ORIENTATIONS }, (_, bin) => `orientation.${bin}`),
  ...Array.from({ length: GRID }, (_, row) => [`energy.row${row}.side`, `energy.row${row}.middle`]).flat(),
  ...Array.from({ length: ORIENTATIONS / 2 }, (_, bin) => `orientation.centreExcess.${bin}`),
  'orientation.cellEntropy.mean',
  'orientation.cellEntropy.deviation',
  'gradient.logMean',
  'gradient.coherence',
  'gradient.flat',
  'blur.logLaplacian',
  'blur.logLaplacian.sharpestTile',
  'blur.logLaplacian.middleTile',
  'blur.scaleSlope',
  'noise.log',
  'noise.log.flattestTiles',
  'radial.inner',
  'radial.outer',
  'radial.cornerLight',
  'radial.cornerEnergy',
];

/**
 * Edges of a picture, from one pass of 3 x 3 neighbourhoods over its luminance: a gradient-orientation histogram on a 4 x 4 grid (folded left to
 * right), blur as the variance of the Laplacian, noise after Immerkaer (1996, "Fast noise variance estimation"), and how far edges point to the
 * centre, which tells fish-eye and panoramic pictures: `[35]`.
 */
export function edgeFeatures(image: CanonicalImage): number[] {
  const { width, height, luminance } = image;
  const cells = new Float64Array(GRID * GRID * ORIENTATIONS);
  const tileLaplacian = new Float64Array(TILES * TILES);
  const tileNoise = new Float64Array(TILES * TILES);
  const tilePixels = new Float64Array(TILES * TILES);
  const radius = 0.5 * min(width, height);
  const ringInward = new Float64Array(2);
  const ringEnergy = new Float64Array(2);
  const cellColumns = columns(width, GRID);
  const tileColumns = columns(width, TILES);
  let cornerLight = 0;
  let cornerEnergy = 0;
  let cornerPixels = 0;
  let light = 0;
  let energy = 0;
  let flat = 0;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let y = 1; y < height - 1; y++) {
    const row = floor((y * GRID) / height) * GRID;
    const tileRow = floor((y * TILES) / height) * TILES;
    const dy = (y + 0.5 - 0.5 * height) / radius;
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const nw = luminance[at - width - 1]!;
      const n = luminance[at - width]!;
      const ne = luminance[at - width + 1]!;
      const w = luminance[at - 1]!;
      const c = luminance[at]!;
      const e = luminance[at + 1]!;
      const sw = luminance[at + width - 1]!;
      const s = luminance[at + width]!;
      const se = luminance[at + width + 1]!;

      const laplacian = n + s + w + e - 4 * c;
      const roughness = abs(nw + ne + sw + se - 2 * (n + s + w + e) + 4 * c);
      const tile = tileRow + tileColumns[x]!;
      tileLaplacian[tile]! += laplacian * laplacian;
      tileNoise[tile]! += roughness;
      tilePixels[tile]! += 1;

      const gx = (ne + 2 * e + se - nw - 2 * w - sw) / 8;
      const gy = (sw + 2 * s + se - nw - 2 * n - ne) / 8;
      const squared = gx * gx + gy * gy;
      const magnitude = sqrt(squared);
      light += c;
      energy += magnitude;
      if (magnitude < FLAT) flat++;
      const dx = (x + 0.5 - 0.5 * width) / radius;
      const distance2 = dx * dx + dy * dy;
      if (distance2 > 1) {
        cornerLight += c;
        cornerEnergy += magnitude;
        cornerPixels++;
      }
      if (magnitude < FAINT) continue;

      xx += gx * gx;
      yy += gy * gy;
      xy += gx * gy;
      const bin = (row + cellColumns[x]!) * ORIENTATIONS + orientation(gx, gy);
      cells[bin]! += magnitude;
      if (distance2 > 0.01 && distance2 <= 1) {
        const inward = gx * dx + gy * dy;
        const ring = distance2 < 0.5 ? 0 : 1;
        ringInward[ring]! += (magnitude * inward * inward) / (squared * distance2);
        ringEnergy[ring]! += magnitude;
      }
    }
  }

  const pixels = (width - 2) * (height - 2);
  const laplacians = tileMeans(tileLaplacian, tilePixels);
  const noises = tileMeans(tileNoise, tilePixels).map((mean) => (mean * sqrt(Math.PI / 2)) / 6);
  const fine = tileLaplacian.reduce((sum, value) => sum + value, 0) / pixels;
  return [
    ...gridFeatures(cells),
    Math.log10(energy / pixels + 1e-4),
    sqrt((xx - yy) ** 2 + 4 * xy * xy) / (xx + yy + 1e-6),
    flat / pixels,
    Math.log10(fine + 1e-6),
    Math.log10(quantile(laplacians, 1) + 1e-6),
    Math.log10(quantile(laplacians, 0.5) + 1e-6),
    Math.log10((fine + 1e-6) / (coarseLaplacian(image) + 1e-6)),
    Math.log10(moments(noises).mean + 1e-4),
    Math.log10(quantile(noises, 0.1) + 1e-4),
    ...Array.from(ringInward, (inward, ring) => (inward + 1e-3) / (ringEnergy[ring]! + 2e-3)),
    cornerPixels === 0 ? 0 : cornerLight / cornerPixels - light / pixels,
    cornerPixels === 0 ? 0 : Math.log10((cornerEnergy / cornerPixels + 1e-4) / (energy / pixels + 1e-4)),
  ];
}

/** Which of `parts` equal parts each column falls into. */
function columns(width: number, parts: number): Uint8Array {
  return Uint8Array.from({ length: width }, (_, x) => floor((x * parts) / width));
}

function orientation(gx: number, gy: number): number {
  const ax = abs(gx);
  const ay = abs(gy);
  if (ay < TANGENTS[0] * ax) return 0;
  if (ay >= TANGENTS[3] * ax) return 4;
  const step = ay < TANGENTS[1] * ax ? 1 : ay < TANGENTS[2] * ax ? 2 : 3;
  return gx > 0 === gy > 0 ? step : ORIENTATIONS - step;
}

function tileMeans(sums: Float64Array, counts: Float64Array): number[] {
  const means: number[] = [];
  for (let tile = 0; tile < sums.length; tile++) {
    if (counts[tile]! > 0) means.push(sums[tile]! / counts[tile]!);
  }
  return means.sort((a, b) => a - b);
}

function gridFeatures(cells: Float64Array): number[] {
  const whole = new Array<number>(ORIENTATIONS).fill(0);
  const sideways = new Array<number>(GRID * 2).fill(0);
  const centre = new Array<number>(ORIENTATIONS / 2).fill(0);
  const border = new Array<number>(ORIENTATIONS / 2).fill(0);
  const entropies: number[] = [];
  let total = 0;
  for (let cell = 0; cell < GRID * GRID; cell++) {
    const row = floor(cell / GRID);
    const column = cell % GRID;
    const inMiddle = column === 1 || column === 2;
    const inCentre = inMiddle && (row === 1 || row === 2);
    const bins = Array.from(cells.subarray(cell * ORIENTATIONS, (cell + 1) * ORIENTATIONS));
    entropies.push(relativeEntropy(bins));
    bins.forEach((value, bin) => {
      total += value;
      add(whole, bin, value);
      add(sideways, row * 2 + (inMiddle ? 1 : 0), value);
      add(inCentre ? centre : border, bin >> 1, value);
    });
  }
  const entropy = moments(entropies);
  return [
    ...shares(whole, total),
    ...shares(sideways, total),
    ...subtract(shares(centre), shares(border)),
    entropy.mean,
    entropy.deviation,
  ];
}

function add(list: number[], at: number, value: number): void {
  list[at]! += value;
}

/** Shares of a total, pulled towards equal shares when there is next to nothing to share. */
function shares(values: readonly number[], total = values.reduce((sum, value) => sum + value, 0)): number[] {
  return values.map((value) => (value + 1e-2 / values.length) / (total + 1e-2));
}

function subtract(left: readonly number[], right: readonly number[]): number[] {
  return left.map((value, at) => value - right[at]!);
}

function coarseLaplacian({ width, height, luminance }: CanonicalImage): number {
  const half = halved(luminance, width, height);
  const w = width >> 1;
  const h = height >> 1;
  let sum = 0;
  for (let y = 1; y < h - 1; y++) {
    for (let at = y * w + 1; at < (y + 1) * w - 1; at++) {
      const laplacian = half[at - 1]! + half[at + 1]! + half[at - w]! + half[at + w]! - 4 * half[at]!;
      sum += laplacian * laplacian;
    }
  }
  return sum / ((w - 2) * (h - 2));
}
