import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BaseDescriptor } from './base-descriptor.js';
import type { Box, DescribedImage } from './described-image.js';
import type { Description } from './description.js';
import { descriptionDistance, descriptionMean } from './description-distance.js';
import { DescriptionPool } from './description-pool.js';
import { extract, initialExtractor } from './extractor.js';
import { FrozenRandom } from './frozen-random.js';
import { blurred, repainted, testCard } from './testing/drawn-image.js';

function described(rows: readonly (readonly number[])[], extractorVersion = 1): Description {
  const extractorHash = `${extractorVersion}`.repeat(64);
  return { extractorVersion, extractorHash, dimension: 3, rows, images: 64, batchSize: 16 };
}

describe('descriptionDistance', () => {
  const rows = fc.array(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }), {
    minLength: 2,
    maxLength: 16,
  });

  it('is a metric on the means: zero to itself, the same both ways, no detour is shorter', () => {
    fc.assert(
      fc.property(rows, rows, rows, (a, b, c) => {
        const [one, two, three] = [described(a), described(b), described(c)] as const;
        expect(descriptionDistance(one, one)).toBe(0);
        expect(descriptionDistance(one, two)).toBe(descriptionDistance(two, one));
        expect(descriptionDistance(one, three)).toBeLessThanOrEqual(
          descriptionDistance(one, two) + descriptionDistance(two, three) + 1e-12,
        );
      }),
    );
  });

  it('is the length of the difference of the means', () => {
    const left = described([
      [0, 0, 1],
      [0, 0, 0],
    ]);
    expect([...descriptionMean(left)]).toEqual([0, 0, 0.5]);
    expect(
      descriptionDistance(
        left,
        described([
          [0.6, 0, 0.2],
          [0, 0.8, 0],
        ]),
      ),
    ).toBeCloseTo(Math.hypot(0.3, 0.4, 0.4), 12);
  });

  it('refuses descriptions of two extractors', () => {
    expect(() => descriptionDistance(described([[0, 0, 0]]), described([[0, 0, 0]], 2))).toThrow(
      expect.objectContaining({ code: 'EXTRACTOR_MISMATCH' }),
    );
  });

  it('finds the other half of a drawn domain among three domains', () => {
    const random = new FrozenRandom(4);
    const face = (size: number): Box => [random.integer(96 - size), random.integer(64 - size), size, size];
    const card = (boxes: readonly Box[]): DescribedImage =>
      testCard(96, 64, boxes, {
        square: 4 + random.integer(9),
        light: 120 + random.integer(90),
        seed: random.integer(1000),
      });
    const domains: Record<string, () => DescribedImage> = {
      plain: () => card([face(20)]),
      dark: () => repainted(card([face(20)]), (value) => value * (0.3 + 0.2 * random.uniform())),
      soft: () => blurred(card([face(12), face(12)]), 1),
    };
    const descriptor = BaseDescriptor.create();
    const halves = Object.entries(domains).flatMap(([name, draw]) =>
      [0, 1].map(() => ({ name, bases: Array.from({ length: 32 }, () => descriptor.describe(draw())) })),
    );
    const extractor = initialExtractor(
      1,
      halves.flatMap(({ bases }) => bases.slice(0, 8)),
    );
    const tasks = halves.map(({ name, bases }) => {
      const pool = new DescriptionPool(extractor, 1);
      for (const base of bases) pool.add(extract(extractor, base));
      return { name, description: pool.finish() };
    });
    for (const task of tasks) {
      const [nearest] = tasks
        .filter((other) => other !== task)
        .sort(
          (a, b) =>
            descriptionDistance(task.description, a.description) - descriptionDistance(task.description, b.description),
        );
      expect(nearest?.name).toBe(task.name);
    }
  });
});
