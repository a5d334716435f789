import { describe, expect, it } from '@jest/globals';
import { condition } from './belief.js';
import type { TaskTable } from './experience.js';
import { configurationSimilarity } from './neighbours.js';
import { LEVEL, PastTasks, VARIANCES } from './past-tasks.js';

const features = [0, 1, 2, 3, 4, 5].map((value) => Float64Array.of(value / 3));
/** A past task that has tried some of these. */
const past = (id: string, mean: number, standardised: Readonly<Record<number, number>>): TaskTable => {
  const tried = Object.keys(standardised).map(Number);
  const scores = Float64Array.from(Object.values(standardised));
  return {
    id,
    collection: id,
    rows: [[mean]],
    mean: Float64Array.of(mean),
    configurations: [],
    configurationIds: tried.map(String),
    features: tried.map((at) => features[at]!),
    scores,
    standardised: scores,
  };
};
const small = past('small faces', 0, { 0: 2, 1: 1, 4: -1, 5: -2 });
const large = past('large faces', 4, { 0: -2, 2: 0, 3: 0, 5: 2 });
const standardised = ({ standardised: scores }: TaskTable) => scores;
const about = (mean: number, tables = [small, large], isDescribed = true) =>
  new PastTasks(tables).believe({ mean: [mean], expected: new Float64Array(6), features }, standardised, isDescribed);

/** x of A x = b by Gaussian elimination. */
function solve(matrix: readonly (readonly number[])[], values: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, values[at]!]);
  const size = rows.length;
  for (let pivot = 0; pivot < size; pivot += 1) {
    for (let row = pivot + 1; row < size; row += 1) {
      const factor = rows[row]![pivot]! / rows[pivot]![pivot]!;
      for (let column = pivot; column <= size; column += 1) rows[row]![column]! -= factor * rows[pivot]![column]!;
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row -= 1) {
    const rest = rows[row]!.slice(row + 1, size).reduce((sum, value, at) => sum + value * solution[row + 1 + at]!, 0);
    solution[row] = (rows[row]![size]! - rest) / rows[row]![row]!;
  }
  return solution;
}

describe('PastTasks', () => {
  it('is the Gaussian process that it says it is', () => {
    const alike = (a: Float64Array, b: Float64Array) => configurationSimilarity(a, b) + (a === b ? VARIANCES.exact : 0);
    // The only distance between past tasks is their median.
    const described = (a: number, b: number) => VARIANCES.described * Math.exp(-((a - b) ** 2) / (2 * 16));
    const trials = [small, large].flatMap((table) =>
      table.features.map((row, at) => ({ mean: table.mean[0]!, row, score: table.standardised[at]! })),
    );
    const covariance = trials.map((one, i) =>
      trials.map((other, j) => {
        const isSame = one.mean === other.mean;
        const tasks = VARIANCES.shared + described(one.mean, other.mean) + (isSame ? VARIANCES.own : 0);
        return tasks * alike(one.row, other.row) + (isSame ? LEVEL : 0) + (i === j ? VARIANCES.noise : 0);
      }),
    );
    const reach = features.map((row) =>
      trials.map((trial) => (VARIANCES.shared + described(1, trial.mean)) * alike(row, trial.row)),
    );
    const weights = solve(
      covariance,
      trials.map(({ score }) => score),
    );
    const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
    const belief = about(1);
    const variance = VARIANCES.shared + VARIANCES.described + VARIANCES.own;
    features.forEach((row, a) => {
      expect(belief.mean[a]).toBeCloseTo(dot(reach[a]!, weights), 8);
      features.forEach((other, b) => {
        const explained = dot(reach[a]!, solve(covariance, reach[b]!));
        expect(belief.covariance(a, b)).toBeCloseTo(LEVEL + variance * alike(row, other) - explained, 8);
      });
    });
  });

  it('adds to what is expected', () => {
    const expected = Float64Array.of(1, 2, 3, 4, 5, 6);
    const { mean } = new PastTasks([small, large]).believe({ mean: [1], expected, features }, standardised);
    about(1).mean.forEach((departure, at) => {
      expect(mean[at]).toBeCloseTo(expected[at]! + departure, 12);
    });
  });

  it('listens to the tasks that are described like the new one, or to all alike', () => {
    expect(about(0).mean[0]! - about(0).mean[5]!).toBeGreaterThan(0.3);
    expect(about(4).mean[0]! - about(4).mean[5]!).toBeLessThan(-0.3);
    expect(about(0, [small, large], false).mean).toEqual(about(4, [small, large], false).mean);
  });

  it('learns from trials of the task itself, whatever the level of its scores', () => {
    for (const level of [-7, 0, 40]) {
      const { mean } = condition(about(2), [
        { candidate: 0, score: level, noise: VARIANCES.noise },
        { candidate: 2, score: level + 2, noise: VARIANCES.noise },
      ]);
      expect(mean[2]! - mean[0]!).toBeGreaterThan(1);
      expect(mean[3]! - mean[0]!).toBeGreaterThan(0.5);
    }
  });

  it('believes what is expected where there is no past', () => {
    const belief = about(0, []);
    expect([...belief.mean]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(belief.covariance(0, 0)).toBeGreaterThan(belief.covariance(0, 5));
  });

  it('is made from the tasks most alike where trials are too many', () => {
    const every = (sign: number) => Object.fromEntries(features.map((_, at) => [at, sign * (at - 2.5)]));
    const far = Array.from({ length: 200 }, (_, at) => past(`far ${at}`, 50 + at, every(-1)));
    expect(about(0, [past('near', 0, every(1)), ...far]).mean[5]).toBeGreaterThan(
      about(0, [past('near', 0, every(-1)), ...far]).mean[5]!,
    );
    // 166 tasks of six trials are heard: the farthest are not.
    const changed = far.map((table, at) => (at > 190 ? past(table.id, table.mean[0]!, every(1)) : table));
    expect(about(0, changed).mean).toEqual(about(0, far).mean);
  });
});
