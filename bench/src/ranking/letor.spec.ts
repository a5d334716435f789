import { describe, expect, it } from '@jest/globals';
import { fitLetor, ndcgAt } from './letor.js';
import { letorFolder, readLetor } from './letor-data.js';

const folder = letorFolder();

describe("trees on LightGBM's ranking example", () => {
  it(`reach LightGBM's NDCG${folder ? '' : ' (passes without the shared data: not here)'}`, async () => {
    if (folder === undefined) return;
    const training = await readLetor(folder, 'rank.train');
    const test = await readLetor(folder, 'rank.test');
    expect([training.queries.length, training.labels.length, test.queries.length, test.labels.length]).toEqual([
      201, 3005, 50, 768,
    ]);
    const [one, three, five, ten] = ndcgAt(test, fitLetor(training, 1).predict(test.features));
    expect(one).toBeGreaterThan(0.604 - 0.005);
    expect(three).toBeGreaterThan(0.63 - 0.005);
    expect(five).toBeGreaterThan(0.67 - 0.005);
    expect(ten).toBeGreaterThan(0.742 - 0.005);
  });
});
