import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { BaseDescriptor } from './base-descriptor.js';
import type { Box } from './described-image.js';
import { descriptionDistance } from './description-distance.js';
import { DescriptionPool } from './description-pool.js';
import { extract, initialExtractor } from './extractor.js';

const data = process.env.EDGELORE_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const domains = ['crowd-tiny', 'derived-night', 'masked-portraits', 'news-photos'];
const images = 64;

interface Annotations {
  readonly images: readonly { readonly file: string; readonly boxes: readonly Box[] }[];
}

async function describedImages(domain: string): Promise<Float32Array[]> {
  const folder = `${data}/faces/${domain}`;
  const annotations = JSON.parse(readFileSync(`${folder}/annotations.json`, 'utf8')) as Annotations;
  const descriptor = BaseDescriptor.create();
  const bases: Float32Array[] = [];
  for (const { file, boxes } of annotations.images.slice(0, images)) {
    const { data: pixels, info } = await sharp(`${folder}/${file}`)
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    bases.push(descriptor.describe({ pixels, width: info.width, height: info.height, boxes }));
  }
  return bases;
}

const missing = !existsSync(`${data}/faces`);

describe('descriptions of real domains', () => {
  it(`find the other half of their own domain${missing ? ' (passes without the shared faces: not here)' : ''}`, async () => {
    if (missing) return;
    const described = await Promise.all(domains.map(async (name) => ({ name, bases: await describedImages(name) })));
    const extractor = initialExtractor(
      1,
      described.slice(0, 2).flatMap(({ bases }) => bases),
    );
    const halves = described.flatMap(({ name, bases }) =>
      [0, images / 2].map((from) => {
        const pool = new DescriptionPool(extractor, 1);
        for (const base of bases.slice(from, from + images / 2)) pool.add(extract(extractor, base));
        return { name, description: pool.finish() };
      }),
    );
    for (const half of halves) {
      const [nearest] = halves
        .filter((other) => other !== half)
        .map(({ name, description }) => ({ name, distance: descriptionDistance(half.description, description) }))
        .sort((a, b) => a.distance - b.distance);
      expect(nearest?.name).toBe(half.name);
    }
  });
});
