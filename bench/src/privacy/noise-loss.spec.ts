import { type Description, descriptionMean } from '@edgelore/descriptors';
import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { asIfOf, noiseLoss, type RankedTask } from './noise-loss.js';

const DIMENSION = 32;
const random = seededRandom('tasks');
const direction = () => {
  const drawn = Array.from({ length: DIMENSION }, () => random.normal());
  const length = Math.hypot(...drawn);
  return drawn.map((value) => (0.4 * value) / length);
};
/** Twenty configurations that suit some descriptions better than others; the ranking knows how. */
const configurations = Array.from({ length: 20 }, direction);
const fit = (mean: ArrayLike<number>) =>
  Float64Array.from(configurations, (each) => 0.5 + each.reduce((sum, value, at) => sum + value * mean[at]!, 0));

function task(): RankedTask {
  const mean = direction();
  const rows = [mean, mean];
  const description: Description = {
    extractorVersion: 1,
    extractorHash: 'any',
    dimension: DIMENSION,
    rows,
    images: 40,
    batchSize: 20,
  };
  return { description, scores: fit(mean), rank: (read) => fit(descriptionMean(read)) };
}

describe('what noise costs a ranking', () => {
  const tasks = Array.from({ length: 10 }, task);
  const lossAt = (epsilon: number, images: number) =>
    noiseLoss(tasks, { images, guarantee: { epsilon, delta: 1e-5 }, draws: 5, random: seededRandom('noise') });

  it('is nothing for many images, and all that the description gives for few', () => {
    expect(lossAt(4, 90_000)).toMatchObject({ plain: expect.closeTo(1, 9), lost: expect.closeTo(0, 2) });
    const few = lossAt(0.1, 40);
    expect(few.noised).toBeLessThan(0.9);
    expect(few.undescribed).toBeLessThan(0.9);
    expect(lossAt(1, 500).lost).toBeGreaterThan(lossAt(1, 2000).lost);
    expect(lossAt(1, 200).lost).toBeGreaterThan(lossAt(4, 200).lost);
  });

  it('keeps the mean where it pretends another number of images', () => {
    const sized = asIfOf(tasks[0]!.description, 2000);
    expect([sized.images, sized.rows.length, sized.batchSize]).toEqual([2000, 16, 125]);
    descriptionMean(sized).forEach((value, at) => {
      expect(value).toBeCloseTo(tasks[0]!.description.rows[0]![at]!, 12);
    });
  });
});
