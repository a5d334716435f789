import { type Random, seededRandom } from '@edgelore/tensor';
import type { FaceConfig } from 'facesjs';
import sharp from 'sharp';
import type { PixelBox } from '../dataset/dataset.js';
import type { DemoDomain } from './demo-domain.js';
import { demoLooks } from './demo-domain.js';
import { drawFace, figure, figureSvg, headBox } from './drawn-face.js';
import { groundSvg } from './ground.js';

interface Placed {
  readonly face: FaceConfig;
  readonly place: { readonly x: number; readonly y: number; readonly scale: number };
  readonly head: PixelBox;
}

/** What one picture shows: enough to draw it, and the exact head boxes. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly people: readonly Placed[];
  readonly look: { readonly blur: number; readonly gain: number; readonly noise: number };
  readonly random: Random;
}

const shapes: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 0.75],
  [0.75, 1],
];

/** Normal noise, drawn once and walked through from another start with another odd step in each picture. */
const grainSize = 2 ** 17;
const grainSource = seededRandom('grain');
const grain = Float32Array.from({ length: grainSize }, () => grainSource.normal());

/** Plans one picture. Heads lie wholly inside it, and no figure covers the head of another. */
export async function planScene(domain: DemoDomain, maxSide: number, random: Random): Promise<Scene> {
  const ranges = demoLooks[domain];
  const between = ([low, high]: readonly [number, number]) => low + (high - low) * random.uniform();
  const [across, down] = shapes[random.integer(shapes.length)] ?? [1, 1];
  const width = Math.round(maxSide * across);
  const height = Math.round(maxSide * down);
  const look = { blur: between(ranges.blur), gain: between(ranges.gain), noise: between(ranges.noise) };
  const count = Math.round(between(ranges.faces));
  const people: Placed[] = [];
  for (let attempt = 0; attempt < count * 20 && people.length < count; attempt += 1) {
    const face = drawFace(random);
    const measured = await headBox(face);
    const scale = (between(ranges.headHeight) * maxSide) / measured[3];
    const head: PixelBox = [
      random.uniform() * (width - measured[2] * scale),
      random.uniform() * (height - measured[3] * scale),
      measured[2] * scale,
      measured[3] * scale,
    ];
    const place = { x: head[0] - measured[0] * scale, y: head[1] - measured[1] * scale, scale };
    const placed = { face, place, head };
    if (people.every((other) => apart(figureArea(placed), other.head) && apart(figureArea(other), head))) {
      people.push(placed);
    }
  }
  people.sort((a, b) => a.head[1] + a.head[3] - (b.head[1] + b.head[3]));
  return { width, height, people, look, random: random.fork('pixels') };
}

/** Draws a planned picture as JPEG. */
export async function drawScene(scene: Scene): Promise<Buffer> {
  const { width, height, people, look, random } = scene;
  const figures = people.map(({ face, place }, index) => figureSvg(face, place, `f${index}-`));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${groundSvg(random, width, height)}${figures.join('')}</svg>`;
  let picture = sharp(Buffer.from(svg)).flatten({ background: '#808080' });
  if (look.blur >= 0.3) picture = picture.blur(look.blur);
  const pixels = await picture.raw().toBuffer();
  const [start, step] = [random.integer(grainSize), 2 * random.integer(grainSize / 2) + 1];
  for (let index = 0; index < pixels.length; index += 1) {
    const noise = look.noise * (grain[(start + index * step) % grainSize] ?? 0);
    pixels[index] = Math.max(0, Math.min(255, Math.round((pixels[index] ?? 0) * look.gain + noise)));
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
}

function figureArea({ place }: Placed): PixelBox {
  return [place.x, place.y, figure.width * place.scale, figure.height * place.scale];
}

function apart(a: PixelBox, b: PixelBox): boolean {
  return a[0] + a[2] <= b[0] || b[0] + b[2] <= a[0] || a[1] + a[3] <= b[1] || b[1] + b[3] <= a[1];
}
