import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BASE_DIMENSION, BaseDescriptor, baseDescriptorNames } from './base-descriptor.js';
import type { Box, DescribedImage } from './described-image.js';
import { DescriptorError } from './descriptor.error.js';
import { FrozenRandom } from './frozen-random.js';
import { baseGolden } from './testing/base-descriptor.golden.js';
import { blurred, drawnImage, repainted, testCard } from './testing/drawn-image.js';

const descriptor = BaseDescriptor.create();

function named(image: DescribedImage): Record<string, number> {
  const values = descriptor.describe(image);
  return Object.fromEntries(baseDescriptorNames.map((name, at) => [name, values[at]!]));
}

describe('BaseDescriptor', () => {
  it('gives every coordinate a name of its own', () => {
    expect(BASE_DIMENSION).toBe(baseDescriptorNames.length);
    expect(new Set(baseDescriptorNames).size).toBe(BASE_DIMENSION);
    expect(descriptor.describe(testCard())).toHaveLength(BASE_DIMENSION);
  });

  it('gives the same bits again, from another instance and from a copy of the picture', () => {
    const image = testCard();
    const copy = { ...image, pixels: Uint8Array.from(image.pixels) };
    expect(BaseDescriptor.create().describe(copy)).toEqual(descriptor.describe(image));
  });

  it('is finite for any size, any pixels and any boxes', () => {
    const box = fc.tuple(
      fc.double({ min: -50, max: 200, noNaN: true }),
      fc.double({ min: -50, max: 200, noNaN: true }),
      fc.double({ min: 1e-3, max: 400, noNaN: true }),
      fc.double({ min: 1e-3, max: 400, noNaN: true }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer(),
        fc.constantFrom(0, 1, 255),
        fc.array(box, { maxLength: 6 }),
        (width, height, seed, range, boxes) => {
          const random = new FrozenRandom(seed);
          const ground = random.integer(256 - range);
          const image = drawnImage(
            width,
            height,
            () => [
              ground + random.integer(range + 1),
              ground + random.integer(range + 1),
              ground + random.integer(range + 1),
            ],
            boxes,
          );
          const values = descriptor.describe(image);
          expect(Array.from(values).filter((value) => !Number.isFinite(value) || Math.abs(value) > 30)).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([
    ['one black pixel', 1, 1, 0],
    ['one white pixel', 1, 1, 255],
    ['a thin line', 2000, 1, 128],
    ['a tall line', 1, 3000, 10],
    ['a uniform picture', 320, 240, 77],
  ])('is finite for %s without boxes', (_what, width, height, value) => {
    const values = descriptor.describe(drawnImage(width, height, () => [value, value, value]));
    expect(Array.from(values).every(Number.isFinite)).toBe(true);
  });

  it('looks at a few dozen of many boxes and counts all of them', () => {
    const boxes = Array.from({ length: 5000 }, (_, at): Box => [at % 90, at % 60, 6, 4]);
    expect(named(testCard(96, 64, boxes))['faces.logCount']).toBeCloseTo(Math.log2(5001), 5);
  });

  it.each<[string, DescribedImage]>([
    ['pixels', { pixels: new Uint8Array(16), width: 2, height: 2, boxes: [] }],
    ['width', { pixels: new Uint8Array(0), width: 0, height: 2, boxes: [] }],
    ['width', { pixels: new Uint8Array(3), width: 1, height: Number.NaN, boxes: [] }],
    [
      'boxes[1]',
      {
        pixels: new Uint8Array(3),
        width: 1,
        height: 1,
        boxes: [
          [0, 0, 1, 1],
          [0, 0, 1, 0],
        ],
      },
    ],
    ['boxes[0]', { pixels: new Uint8Array(3), width: 1, height: 1, boxes: [[0, Number.NaN, 1, 1]] }],
  ])('refuses a bad picture naming %s', (field, image) => {
    const refused = (): Float32Array => descriptor.describe(image);
    expect(refused).toThrow(DescriptorError);
    expect(refused).toThrow(expect.objectContaining({ code: 'INVALID_IMAGE', field }));
  });

  describe('moves the way its names say', () => {
    const plain = testCard();
    const card = named(plain);

    it('darker lowers luminance, and contrast with it', () => {
      const dark = named(repainted(plain, (value) => value * 0.4));
      expect(dark['luminance.mean']!).toBeLessThan(0.5 * card['luminance.mean']!);
      expect(dark['luminance.deviation']!).toBeLessThan(card['luminance.deviation']!);
    });

    it('blur lowers sharpness, step by step, in the picture and in the faces', () => {
      const steps = [card, named(blurred(plain, 1)), named(blurred(plain, 3))];
      for (const name of ['blur.logLaplacian', 'faces.blur.logLaplacian', 'gradient.logMean']) {
        expect(steps[1]![name]!).toBeLessThan(steps[0]![name]!);
        expect(steps[2]![name]!).toBeLessThan(steps[1]![name]!);
      }
    });

    it('grain raises noise', () => {
      const random = new FrozenRandom(3);
      const flat = drawnImage(320, 200, () => [120, 120, 120]);
      const grainy = named(repainted(flat, (value) => value + random.integer(41) - 20));
      expect(grainy['noise.log']!).toBeGreaterThan(named(flat)['noise.log']! + 0.5);
      expect(grainy['noise.log.flattestTiles']!).toBeGreaterThan(named(flat)['noise.log.flattestTiles']! + 0.5);
    });

    it('the noise of a grey picture is the standard deviation that was put in', () => {
      const random = new FrozenRandom(11);
      const noisy = drawnImage(320, 320, () => {
        const sum = Array.from({ length: 12 }, () => random.uniform()).reduce((a, b) => a + b, -6);
        const value = 128 + 10 * sum;
        return [value, value, value];
      });
      expect(10 ** named(noisy)['noise.log']!).toBeCloseTo(10 / 255, 3);
    });

    it('upright stripes fill the first orientation bin, lying ones the fifth', () => {
      const upright = named(drawnImage(320, 320, (x) => (Math.floor(x / 10) % 2 ? [200, 200, 200] : [50, 50, 50])));
      const lying = named(drawnImage(320, 320, (_x, y) => (Math.floor(y / 10) % 2 ? [200, 200, 200] : [50, 50, 50])));
      expect(upright['orientation.0']!).toBeGreaterThan(0.99);
      expect(lying['orientation.4']!).toBeGreaterThan(0.99);
      expect(upright['gradient.coherence']!).toBeGreaterThan(0.99);
    });

    it('slanted stripes fill the bin of their angle', () => {
      const slanted = (sign: number): DescribedImage =>
        drawnImage(320, 320, (x, y) => {
          const value = 128 + 100 * Math.sin((x + sign * y) / 8);
          return [value, value, value];
        });
      expect(named(slanted(1))['orientation.2']!).toBeGreaterThan(0.95);
      expect(named(slanted(-1))['orientation.6']!).toBeGreaterThan(0.95);
    });

    it('rings around the centre point to it, spokes do not', () => {
      const polar = (value: (radius: number, angle: number) => number): DescribedImage =>
        drawnImage(320, 320, (x, y) => {
          const light =
            128 + 100 * value(Math.sqrt((x - 159.5) ** 2 + (y - 159.5) ** 2), Math.atan2(y - 159.5, x - 159.5));
          return [light, light, light];
        });
      const rings = named(polar((radius) => Math.sin(radius / 5)));
      const spokes = named(polar((_radius, angle) => Math.sin(angle * 12)));
      expect(rings['radial.inner']!).toBeGreaterThan(0.95);
      expect(rings['radial.outer']!).toBeGreaterThan(0.95);
      expect(spokes['radial.outer']!).toBeLessThan(0.05);
    });

    it('a lens that leaves the corners black shows in their light', () => {
      const lens = named(
        drawnImage(300, 300, (x, y) => ((x - 150) ** 2 + (y - 150) ** 2 < 150 ** 2 ? [160, 160, 160] : [0, 0, 0])),
      );
      expect(lens['radial.cornerLight']!).toBeLessThan(-0.3);
    });

    it('colour goes to its hue, grey to none', () => {
      const red = named(drawnImage(40, 40, () => [200, 20, 20]));
      const grey = named(drawnImage(40, 40, () => [90, 90, 90]));
      expect(red['hue.0']).toBeCloseTo(1, 5);
      expect(red['saturation.mean']).toBeCloseTo(0.9, 3);
      expect(grey['hue.grey']).toBeCloseTo(1, 5);
      expect(grey['saturation.mean']).toBe(0);
    });

    it('boxes give counts, sizes and size classes relative to the picture, not its pixels', () => {
      const boxes: readonly Box[] = [
        [0, 0, 20, 20],
        [40, 20, 40, 40],
      ];
      const small = named(testCard(160, 120, boxes));
      const large = named(
        testCard(
          320,
          240,
          boxes.map(([x, y, w, h]): Box => [2 * x, 2 * y, 2 * w, 2 * h]),
        ),
      );
      expect(small['faces.logCount']).toBeCloseTo(Math.log2(3), 5);
      expect(small['faces.logSize.min']).toBeCloseTo(-3, 5);
      expect(small['faces.logSize.max']).toBeCloseTo(-2, 5);
      expect(small['faces.share.below64']).toBeCloseTo(0.5, 5);
      expect(small['faces.share.below128']).toBeCloseTo(0.5, 5);
      expect(small['faces.coverage']).toBeCloseTo((400 + 1600) / (160 * 120), 5);
      for (const name of baseDescriptorNames.filter(
        (key) => key.startsWith('faces.') && !/light|contrast|blur/.test(key),
      )) {
        expect(large[name]).toBeCloseTo(small[name]!, 5);
      }
      expect(large['image.logLongSide']).toBeCloseTo(small['image.logLongSide']! + 1, 5);
    });

    it('says when there is no face, and when there is one', () => {
      expect(named(testCard(96, 64, []))['faces.none']).toBe(1);
      expect(card['faces.none']).toBe(0);
      expect(card['faces.single']).toBe(1);
    });
  });

  it('keeps the description of the test card from release to release (base/1)', () => {
    expect(Array.from(descriptor.describe(testCard()), (value) => Number(value.toPrecision(6)))).toEqual(baseGolden);
  });
});
