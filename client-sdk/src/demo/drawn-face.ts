import type { Random } from '@edgelore/tensor';
import { type FaceConfig, type Feature, faceToSvgString, svgsIndex } from 'facesjs';
import sharp from 'sharp';
import type { PixelBox } from '../dataset/dataset.js';

/** Size of the canvas that facesjs draws on. */
export const figure = { width: 400, height: 600 } as const;

const skins = ['#f2d6cb', '#ddb7a0', '#fedac7', '#eab687', '#bb876f', '#a67358', '#ad6453', '#74453d', '#5c3937'];
const hairs = ['#272421', '#3d2314', '#5a3825', '#cc9966', '#2c1608', '#b55239', '#e9c67b', '#8a8a8a'];

/** A drawn person with everything drawn from `random`; the package's own `generate` uses Math.random and cannot be seeded. */
export function drawFace(random: Random): FaceConfig {
  const pick = <T>(items: readonly T[]): T => items[random.integer(items.length)] as T;
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const feature = (name: Feature) => pick<string>(svgsIndex[name]);
  const sometimes = (name: Feature, chance: number) => (random.uniform() < chance ? feature(name) : 'none');
  const colour = () => `hsl(${random.integer(360)}, ${30 + random.integer(60)}%, ${25 + random.integer(50)}%)`;
  return {
    // Five steps, so that the head of each shape has few outlines to be measured.
    fatness: random.integer(5) / 4,
    teamColors: [colour(), colour(), colour()],
    hairBg: { id: sometimes('hairBg', 0.4) },
    body: { id: feature('body'), color: pick(skins), size: between(0.8, 1.05) },
    jersey: { id: feature('jersey') },
    ear: { id: feature('ear'), size: between(0.5, 1.5) },
    head: { id: feature('head'), shave: `rgba(0,0,0,${random.uniform() < 0.2 ? '0.15' : '0'})` },
    eyeLine: { id: sometimes('eyeLine', 0.6) },
    smileLine: { id: sometimes('smileLine', 0.5), size: between(0.25, 2.25) },
    miscLine: { id: sometimes('miscLine', 0.4) },
    facialHair: { id: sometimes('facialHair', 0.35) },
    eye: { id: feature('eye'), angle: random.integer(26) - 10 },
    eyebrow: { id: feature('eyebrow'), angle: random.integer(36) - 15 },
    hair: { id: feature('hair'), color: pick(hairs), flip: random.uniform() < 0.5 },
    mouth: { id: feature('mouth'), flip: random.uniform() < 0.5 },
    nose: { id: feature('nose'), flip: random.uniform() < 0.5, size: between(0.5, 1.25) },
    glasses: { id: sometimes('glasses', 0.15) },
    accessories: { id: sometimes('accessories', 0.2) },
  };
}

/**
 * The figure as a nested SVG element at a place of the picture. `prefix` keeps the names of gradients apart, which
 * facesjs gives anew in every figure.
 */
export function figureSvg(face: FaceConfig, place: { x: number; y: number; scale: number }, prefix: string): string {
  const { x, y, scale } = place;
  return faceToSvgString(structuredClone(face))
    .replace(
      /^<svg[^>]*>/,
      `<svg x="${x}" y="${y}" width="${figure.width * scale}" height="${figure.height * scale}" viewBox="0 0 ${figure.width} ${figure.height}">`,
    )
    .replace(/id="/g, `id="${prefix}`)
    .replace(/url\(#/g, `url(#${prefix}`)
    .replace(/href="#/g, `href="#${prefix}`);
}

/** The figure with nothing but its head. */
export function headOnly(face: FaceConfig): FaceConfig {
  const bare = structuredClone(face);
  for (const name of Object.keys(svgsIndex) as Feature[]) {
    if (name !== 'head') bare[name].id = 'none';
  }
  return bare;
}

const measured = new Map<string, Promise<PixelBox>>();

/** Box of the drawn head outline, without hair and ears, on the figure's canvas; exact to a unit of 600. */
export function headBox(face: FaceConfig): Promise<PixelBox> {
  const key = `${face.head.id} ${face.fatness}`;
  const known = measured.get(key) ?? measureHead(face);
  measured.set(key, known);
  return known;
}

async function measureHead(face: FaceConfig): Promise<PixelBox> {
  const { width, height } = figure;
  const svg = figureSvg(headOnly(face), { x: 0, y: 0, scale: 1 }, 'h');
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${svg}</svg>`;
  const alpha = await sharp(Buffer.from(picture)).ensureAlpha().extractChannel('alpha').raw().toBuffer();
  let [left, top, right, bottom] = [width as number, height as number, 0, 0];
  for (let index = 0; index < alpha.length; index += 1) {
    if ((alpha[index] ?? 0) < 128) continue;
    const column = index % width;
    const row = (index - column) / width;
    left = Math.min(left, column);
    right = Math.max(right, column + 1);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row + 1);
  }
  return [left, top, right - left, bottom - top];
}
