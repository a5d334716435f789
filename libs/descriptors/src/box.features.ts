import type { CanonicalImage } from './canonical-image.js';
import type { Box, DescribedImage } from './described-image.js';
import { moments, quantile } from './statistics.js';

/** Taken out of the global object once: in a sandboxed context every look-up in an inner loop would go through it. */
const { ceil, floor, max, min, sqrt } = Math;

/** Upper borders, in pixels of the canonical resolution, of the face-size classes; the last class is open. */
const SIZE_CLASSES = [8, 16, 32, 64, 128] as const;
/** Faces whose pixels and neighbours are looked at; the counts and sizes always use all of them. */
const LOOKED_AT = 64;
/** Stands in for the log2 relative size where a picture has no face. */
const NO_FACE_SIZE = -3;

export const boxNames: readonly string[] = [
  'image.logLongSide',
  'image.logAspect',
  'faces.logCount',
  'faces.none',
  'faces.single',
  'faces.logSize.min',
  'faces.logSize.q25',
  'faces.logSize.q50',
  'faces.logSize.q75',
  'faces.logSize.max',
  ...[...SIZE_CLASSES.map((border) => `below${border}`), 'larger'].map((name) => `faces.share.${name}`),
  'faces.logAspect.mean',
  'faces.logAspect.deviation',
  'faces.centreX.deviation',
  'faces.centreY.mean',
  'faces.centreY.deviation',
  'faces.coverage',
  'faces.closeness',
  'faces.light',
  'faces.contrast',
  'faces.blur.logLaplacian',
];

/** Size of a picture, and number, sizes, shapes, places and pixels of its faces: `[26]`. Sizes are relative to the long side. */
export function boxFeatures(source: DescribedImage, image: CanonicalImage): number[] {
  const { width, height, boxes } = image;
  const longSide = max(width, height);
  const sizes = boxes.map(([, , w, h]) => sqrt(w * h)).sort((a, b) => a - b);
  const logSizes = sizes.map((size) => Math.log2(max(size, 1) / longSide));
  const aspects = moments(boxes.map(([, , w, h]) => Math.log2(max(w, 0.5) / max(h, 0.5))));
  const xs = moments(boxes.map(([x, , w]) => (x + 0.5 * w) / width));
  const ys = moments(boxes.map(([, y, , h]) => (y + 0.5 * h) / height));
  const none = boxes.length === 0;
  return [
    Math.log2(max(source.width, source.height)),
    Math.log2(width / height),
    Math.log2(1 + boxes.length),
    none ? 1 : 0,
    boxes.length === 1 ? 1 : 0,
    ...[0, 0.25, 0.5, 0.75, 1].map((share) => (none ? NO_FACE_SIZE : quantile(logSizes, share))),
    ...sizeShares(sizes),
    aspects.mean,
    aspects.deviation,
    xs.deviation,
    none ? 0.5 : ys.mean,
    ys.deviation,
    min(1, sizes.reduce((sum, size) => sum + size * size, 0) / (width * height)),
    ...lookAt(sample(boxes), image),
  ];
}

function sizeShares(sizes: readonly number[]): number[] {
  const shares = new Array<number>(SIZE_CLASSES.length + 1).fill(0);
  for (const size of sizes) {
    const found = SIZE_CLASSES.findIndex((border) => size < border);
    const at = found === -1 ? SIZE_CLASSES.length : found;
    shares[at]! += 1 / sizes.length;
  }
  return shares;
}

function sample(boxes: readonly Box[]): readonly Box[] {
  if (boxes.length <= LOOKED_AT) return boxes;
  return Array.from({ length: LOOKED_AT }, (_, at) => boxes[floor((at * boxes.length) / LOOKED_AT)] as Box);
}

function lookAt(boxes: readonly Box[], image: CanonicalImage): [number, number, number, number] {
  if (boxes.length === 0) return [0, 0, 0, -3];
  const overall = moments(image.luminance);
  const patches = boxes.map((box) => patch(box, image));
  return [
    closeness(boxes),
    moments(patches.map(({ light }) => light)).mean - overall.mean,
    moments(patches.map(({ contrast }) => contrast)).mean,
    Math.log10(moments(patches.map(({ laplacian }) => laplacian)).mean + 1e-6),
  ];
}

/** Mean over faces of size / (size + distance to the nearest other face): 0 when alone, near 1 in a crowd, 1 when on top of each other. */
function closeness(boxes: readonly Box[]): number {
  const nearness = boxes.map(([x, y, w, h], at) => {
    let nearest = Number.POSITIVE_INFINITY;
    boxes.forEach(([ox, oy, ow, oh], other) => {
      if (other === at) return;
      const dx = x + 0.5 * w - ox - 0.5 * ow;
      const dy = y + 0.5 * h - oy - 0.5 * oh;
      nearest = min(nearest, sqrt(dx * dx + dy * dy));
    });
    const size = sqrt(w * h);
    return size / (size + nearest);
  });
  return moments(nearness).mean;
}

function patch(
  [x, y, w, h]: Box,
  { width, height, luminance }: CanonicalImage,
): { light: number; contrast: number; laplacian: number } {
  const left = min(width - 2, max(1, floor(x)));
  const top = min(height - 2, max(1, floor(y)));
  const right = max(left + 1, min(width - 1, ceil(x + w)));
  const bottom = max(top + 1, min(height - 1, ceil(y + h)));
  let sum = 0;
  let squares = 0;
  let laplacians = 0;
  for (let row = top; row < bottom; row++) {
    for (let at = row * width + left; at < row * width + right; at++) {
      const c = luminance[at]!;
      sum += c;
      squares += c * c;
      const laplacian =
        luminance[at - 1]! + luminance[at + 1]! + luminance[at - width]! + luminance[at + width]! - 4 * c;
      laplacians += laplacian * laplacian;
    }
  }
  const count = (right - left) * (bottom - top);
  const light = sum / count;
  return { light, contrast: sqrt(max(0, squares / count - light * light)), laplacian: laplacians / count };
}
