import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitDataset } from './split.js';

describe('splitting a dataset', () => {
  it('divides without loss or overlap, the same under the same seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 300 }),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        (count, share) => {
          const options = { validationShare: share, seed: 4 };
          const { training, validation } = splitDataset(count, options);
          expect([...training, ...validation].sort((a, b) => a - b)).toEqual(
            Array.from({ length: count }, (_, i) => i),
          );
          expect(training.length).toBeGreaterThan(0);
          expect(validation.length).toBeGreaterThan(0);
          expect(Math.abs(validation.length - count * share)).toBeLessThanOrEqual(1);
          expect(splitDataset(count, options)).toEqual({ training, validation });
        },
      ),
      { seed: 7 },
    );
  });

  it('keeps a group on one side', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 30, maxLength: 200 }), (films) => {
        fc.pre(new Set(films).size > 1);
        const group = (i: number) => `film ${films[i]}`;
        const { training, validation } = splitDataset(films.length, { validationShare: 0.3, seed: 1, group });
        const held = new Set(validation.map(group));
        expect(training.some((i) => held.has(group(i)))).toBe(false);
        expect(training.length).toBeGreaterThan(0);
        expect(validation.length).toBeGreaterThan(0);
      }),
      { seed: 8 },
    );
  });

  it('changes with the seed', () => {
    const first = splitDataset(100, { validationShare: 0.3, seed: 1 });
    expect(splitDataset(100, { validationShare: 0.3, seed: 2 })).not.toEqual(first);
  });

  it('says why it cannot divide', () => {
    expect(() => splitDataset(1, { validationShare: 0.3, seed: 1 })).toThrow('cannot be divided');
    expect(() => splitDataset(9, { validationShare: 0.3, seed: 1, group: () => 'one' })).toThrow('1 group');
    expect(() => splitDataset(9, { validationShare: 1, seed: 1 })).toThrow('validationShare');
  });
});
