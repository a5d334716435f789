import {
  BASE_DIMENSION,
  DescriptionPool,
  ExtractorNetwork,
  type ExtractorVersion,
  extract,
  initialExtractor,
  SynapticIntelligence,
} from '@edgelore/descriptors';
import { faceDetectorSpace, sampleConfigurations } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { localUpdate, updatedExtractor } from './local-update.js';
import { makeRoundLesson } from './round-lesson.js';

const configurations = sampleConfigurations(faceDetectorSpace, 8, seededRandom('trials'));
const imagesOf = (id: string, count = 40) => {
  const random = seededRandom(id);
  const centre = Array.from({ length: BASE_DIMENSION }, () => random.normal());
  return Array.from({ length: count }, () => Float32Array.from(centre, (value) => value + 0.3 * random.normal()));
};
const trialsOf = (sign: number) =>
  configurations.map((configuration) => ({
    configuration,
    score: 0.5 + (sign * Number(configuration.values.inputSize)) / 1000,
  }));
const extractor = initialExtractor(
  1,
  ['a', 'b', 'c'].flatMap((id) => imagesOf(id)),
);
const described = (by: ExtractorVersion, base: readonly Float32Array[]) => {
  const pool = new DescriptionPool(by, 1);
  for (const image of base) pool.add(extract(by, image));
  return pool.finish();
};
const lesson = makeRoundLesson({
  seed: 1,
  tasks: ['a', 'b'].map((id, at) => ({
    id,
    base: imagesOf(id),
    description: described(extractor, imagesOf(id)),
    trials: trialsOf(at === 0 ? 1 : -1),
  })),
});
const own = { extractor, lesson, base: imagesOf('c'), trials: trialsOf(1), seed: 1, steps: 30 };
const length = (change: Float64Array) => Math.hypot(...change);

describe('localUpdate', () => {
  it('moves the extractor, the same way again under a seed', () => {
    const change = localUpdate(own);
    expect(length(change)).toBeGreaterThan(0.01);
    expect(localUpdate(own)).toEqual(change);
    expect(localUpdate({ ...own, seed: 2 })).not.toEqual(change);
    const before = new ExtractorNetwork(extractor).parameters;
    const after = new ExtractorNetwork(updatedExtractor(extractor, change)).parameters;
    after.forEach((value, at) => {
      expect(value).toBeCloseTo(before[at]! + change[at]!, 5);
    });
  });

  it('follows the triplet loss as far as it weighs', () => {
    expect(localUpdate({ ...own, tripletWeight: 0.1 })).toEqual(localUpdate(own));
    expect(localUpdate({ ...own, tripletWeight: 0 })).not.toEqual(localUpdate(own));
  });

  it('leaves alone what earlier updates found important', () => {
    const { parameters } = new ExtractorNetwork(extractor);
    const remembered = (importance: number) =>
      new SynapticIntelligence(
        parameters,
        {},
        {
          anchor: Array.from(parameters),
          importance: new Array<number>(parameters.length).fill(importance),
        },
      );
    const free = length(localUpdate(own));
    expect(length(localUpdate({ ...own, memory: remembered(0) }))).toBeCloseTo(free, 12);
    expect(length(localUpdate({ ...own, memory: remembered(100) }))).toBeLessThan(free / 2);
  });

  it('tells the memory its steps, by the gradient of the task alone', () => {
    const { parameters } = new ExtractorNetwork(extractor);
    const memory = new SynapticIntelligence(parameters);
    const change = localUpdate({ ...own, memory });
    memory.consolidate(parameters.map((value, at) => value + change[at]!));
    const { importance } = memory.state();
    expect(importance.every((value) => value >= 0)).toBe(true);
    expect(importance.some((value) => value > 0)).toBe(true);
    importance.forEach((value, at) => {
      expect(value === 0 || change[at] !== 0).toBe(true);
    });
  });

  it('refuses too few images, and trials that say nothing', () => {
    const refused = expect.objectContaining({ code: 'TOO_LITTLE_EXPERIENCE' });
    expect(() => localUpdate({ ...own, base: imagesOf('c', 8) })).toThrow(refused);
    expect(() => localUpdate({ ...own, trials: trialsOf(1).slice(0, 1) })).toThrow(refused);
  });
});
