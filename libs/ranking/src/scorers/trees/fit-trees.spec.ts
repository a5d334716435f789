import { type Random, seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lambdaRank } from '../../losses/lambdarank.js';
import type { ListLoss } from '../../losses/ranking-loss.js';
import { fitTrees, type TreeOptions } from './fit-trees.js';
import { plainBoosting } from './plain-boosting.fixture.js';
import type { TreeEnsemble } from './tree-ensemble.js';

/** Half the squared distance from targets, with weights as curvatures. */
function distance(targets: readonly number[], weights: readonly number[] = targets.map(() => 1)): ListLoss {
  return {
    slopes: (scores, gradient, curvature) => {
      for (let row = 0; row < targets.length; row += 1) {
        gradient[row] = weights[row]! * (scores[row]! - targets[row]!);
        curvature[row] = weights[row]!;
      }
    },
  };
}

const numbers = (random: Random, count: number, draw: () => number) => Array.from({ length: count }, draw);

function fitOne(rows: readonly (readonly number[])[], loss: ListLoss, options: TreeOptions, seed: number | string = 1) {
  const features = Float32Array.from(rows.flat());
  const lists = [{ start: 0, end: rows.length, loss }];
  return { features, trees: fitTrees({ features, width: rows[0]!.length, lists }, options, seed) };
}

/** Rows of each leaf of each tree, by walking the tables. */
function rowsOfLeaves({ tables }: TreeEnsemble, features: Float32Array): { depth: number; rows: number[] }[][] {
  const { width, splits, feature, threshold, children } = tables;
  let first = 0;
  return splits.map((count) => {
    const leaves = Array.from({ length: count + 1 }, () => ({ depth: 0, rows: [] as number[] }));
    for (let row = 0; row < features.length / width; row += 1) {
      let node = count > 0 ? 0 : ~0;
      let depth = 0;
      while (node >= 0) {
        const goesLeft = features[row * width + feature[first + node]!]! <= threshold[first + node]!;
        node = children[2 * (first + node) + (goesLeft ? 0 : 1)]!;
        depth += 1;
      }
      leaves[~node]!.depth = depth;
      leaves[~node]!.rows.push(row);
    }
    first += count;
    return leaves;
  });
}

/** Columns of the kinds that occur: real numbers, few grades, mostly zero, with either sign. */
function randomRows(random: Random, count: number): number[][] {
  return Array.from({ length: count }, () => [
    Math.fround(random.normal()),
    random.integer(4),
    random.uniform() < 0.7 ? 0 : random.integer(9) - 4,
    random.uniform() < 0.6 ? 0 : Math.fround(random.normal()),
    -random.integer(2),
  ]);
}

const plainOptions = fc.record({
  trees: fc.integer({ min: 1, max: 4 }),
  leaves: fc.integer({ min: 2, max: 9 }),
  learningRate: fc.constantFrom(0.1, 0.5, 1),
  minLeafRows: fc.integer({ min: 1, max: 5 }),
  minLeafCurvature: fc.constantFrom(0, 0.5, 2),
  l2: fc.constantFrom(0, 0.3, 3),
});

describe('fitTrees', () => {
  it('agrees with boosting by the definition on any small data', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 40 }), plainOptions, (seed, count, options) => {
        const random = seededRandom(seed);
        const rows = randomRows(random, count);
        const targets = numbers(random, count, () => random.normal());
        const weights = numbers(random, count, () => 0.1 + random.uniform());
        // Bins of single values, as the definition has it.
        const { features, trees } = fitOne(rows, singly(distance(targets, weights)), options);
        const plain = plainBoosting(rows, distance(targets, weights), options);
        trees.predict(features).forEach((score, row) => {
          expect(Math.abs(score - plain[row]!)).toBeLessThan(1e-5 * (1 + Math.abs(plain[row]!)));
        });
      }),
      { numRuns: 300 },
    );
  });
});

const singly = (loss: ListLoss) => loss;
