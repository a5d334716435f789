import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { pedAnova } from './ped-anova.js';

const random = seededRandom('importance');
const drawn = (trials: number, sizes: readonly number[]) =>
  Array.from({ length: trials }, () => sizes.map((size) => random.integer(size)));
const shares = (...args: Parameters<typeof pedAnova>) => pedAnova(...args)?.map(({ share }) => share);

describe('pedAnova', () => {
  it('is the Pearson divergence that hands compute', () => {
    // Of 20 trials the best 5 all have a = 1, as 10 of the 20 do: 1/2 (2 - 1)^2 + 1/2 (0 - 1)^2 = 1, less 1/5 * 15/19.
    // Of b the best have 3 of 10 ones: p_best = 0.6 and 0.4: 1/2 (1.2 - 1)^2 + 1/2 (0.8 - 1)^2 = 0.04, less than chance.
    const rows = Array.from({ length: 20 }, (_, at) => [at < 10 ? 1 : 0, at % 2]);
    const scores = rows.map((_, at) => 20 - at);
    expect(shares(['a', 'b'], rows, scores, { top: 0.25 })).toEqual([1, 0]);
    const both = rows.map(([a]) => [a!, a!]);
    expect(shares(['a', 'b'], both, scores, { top: 0.25 })).toEqual([0.5, 0.5]);
  });

  it('finds what matters among what does not', () => {
    const rows = drawn(400, [3, 2, 6, 4]);
    const scores = rows.map(([a, b]) => 2 * a! + b! + 0.3 * random.normal());
    const [a, b, c, d] = shares(['a', 'b', 'c', 'd'], rows, scores)!;
    expect(a).toBeGreaterThan(b!);
    expect(b).toBeGreaterThan(c! + d!);
    expect(a! + b! + c! + d!).toBeCloseTo(1, 9);
  });

  it('takes dimensions of many values for no more important where scores are noise', () => {
    let few = 0;
    let many = 0;
    for (let round = 0; round < 200; round += 1) {
      const rows = drawn(30, [2, 8]);
      const [one, other] = shares(
        ['few', 'many'],
        rows,
        rows.map(() => random.normal()),
      )!;
      few += one!;
      many += other!;
    }
    expect(many / few).toBeLessThan(2);
  });

  it('does not mind the order of trials, and says nothing of few', () => {
    const rows = drawn(50, [3, 3]);
    const scores = rows.map(([a]) => a!);
    const backwards = shares(['a', 'b'], [...rows].reverse(), [...scores].reverse());
    expect(backwards).toEqual(shares(['a', 'b'], rows, scores));
    expect(pedAnova(['a', 'b'], rows.slice(0, 9), scores.slice(0, 9))).toBeNull();
    expect(
      shares(
        ['a', 'b'],
        rows,
        rows.map(() => 1),
      ),
    ).toEqual([0, 0]);
  });
});
