import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  configurationId,
  enumerateConfigurations,
  faceDetectorSpace,
  parseConfiguration,
  parseSearchSpace,
  type SearchSpace,
  sampleConfigurations,
  spaceSize,
} from './index.js';
import { lcg } from './sampling.fixture.js';

const dimension = (name: string, count: number) => ({
  name,
  kind: 'architecture',
  type: 'ordinal',
  values: Array.from({ length: count }, (_, index) => index),
  default: 0,
  description: name,
});

const spaces: fc.Arbitrary<SearchSpace> = fc
  .record({
    sizes: fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 2, max: 4 }))),
    pairs: fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), { maxLength: 3 }),
  })
  .map(({ sizes, pairs }) =>
    parseSearchSpace({
      id: 'random/1',
      dimensions: sizes.map((size, index) => dimension(`d${index}`, size)),
      constraints: pairs.map(([from, to]) => ({
        where: { [`d${from}`]: [1] },
        allow: { [`d${to}`]: [0, 1] },
        because: 'of chance',
      })),
    }),
  );

describe('enumeration', () => {
  it('lists every valid configuration once and no other, as many as the size says', () => {
    fc.assert(
      fc.property(spaces, (space) => {
        const all = [...enumerateConfigurations(space)];
        expect(all).toHaveLength(spaceSize(space));
        expect(new Set(all.map(configurationId)).size).toBe(all.length);
        for (const configuration of all) {
          expect(parseConfiguration(space, configuration)).toEqual(configuration);
        }
      }),
    );
  });

  it('is lazy', () => {
    const [first] = enumerateConfigurations(faceDetectorSpace);
    expect(first?.values).toMatchObject({ inputSize: 128, width: 0.5 });
  });
});

describe('sampling', () => {
  it('gives as many distinct valid configurations as asked for', () => {
    fc.assert(
      fc.property(spaces, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (space, share, seed) => {
        const count = Math.round(share * spaceSize(space));
        const samples = sampleConfigurations(space, count, lcg(seed));
        expect(new Set(samples.map(configurationId)).size).toBe(count);
        for (const configuration of samples) {
          expect(parseConfiguration(space, configuration)).toEqual(configuration);
        }
      }),
    );
  });

  it('is decided by the source of integers', () => {
    const ids = (seed: number) => sampleConfigurations(faceDetectorSpace, 20, lcg(seed)).map(configurationId);
    expect(ids(3)).toEqual(ids(3));
    expect(ids(3)).not.toEqual(ids(4));
  });

  it('reaches every value of every dimension', () => {
    const samples = sampleConfigurations(faceDetectorSpace, 400, lcg(5));
    for (const { name, values } of faceDetectorSpace.dimensions) {
      expect(new Set(samples.map((sample) => sample.values[name]))).toEqual(new Set(values));
    }
  });

  it.each([-1, 1.5, Number.NaN, 1e12])('refuses a count of %d', (count) => {
    expect(() => sampleConfigurations(faceDetectorSpace, count, lcg(1))).toThrow(RangeError);
  });
});
