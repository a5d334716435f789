import { type Random, seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lambdaRank } from '../../losses/lambdarank.js';
import type { ListLoss } from '../../losses/ranking-loss.js';
import { kendallTau } from '../../metrics.js';
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
  it.each(['squared distance', 'lambdarank'])('agrees with boosting by the definition on %s', (kind) => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 40 }), plainOptions, (seed, count, options) => {
        const random = seededRandom(seed);
        // Every value stands in as many rows as a bin must have, so that none are merged.
        const rows = randomRows(random, count).flatMap((row) =>
          Array.from({ length: Math.min(3, options.minLeafRows) }, () => row),
        );
        const targets = rows.map(() => random.normal());
        const weights = rows.map(() => 0.1 + random.uniform());
        const loss =
          kind === 'lambdarank' ? lambdaRank({ relevance: { scale: 4 } }).forList(targets) : distance(targets, weights);
        const { features, trees } = fitOne(rows, loss, { ...options, rowShare: 1, featureShare: 1 });
        const plain = plainBoosting(rows, loss, options);
        trees.predict(features).forEach((score, row) => {
          expect(Math.abs(score - plain[row]!)).toBeLessThan(1e-5 * (1 + Math.abs(plain[row]!)));
        });
      }),
      { numRuns: 150 },
    );
  });

  it('scores rows of any value as it scored them in training', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 2, max: 300 }),
        fc.integer({ min: 2, max: 12 }),
        (seed, count, maxBins) => {
          const random = seededRandom(seed);
          // Neighbours among single-precision numbers leave hardly any room for a threshold.
          const value = () =>
            Math.fround(10 ** (random.integer(9) - 4) * (1 + random.integer(4) * 2 ** -23)) * (random.integer(3) - 1);
          const rows = Array.from({ length: count }, () => [value(), value(), value()]);
          const seen: Float64Array[] = [];
          const inner = distance(rows.map(() => random.normal()));
          const loss: ListLoss = {
            slopes: (scores, gradient, curvature) => {
              seen.push(scores.slice());
              inner.slopes(scores, gradient, curvature);
            },
          };
          const options = { trees: 6, leaves: 8, maxBins, minLeafRows: 1, rowShare: 0.7, featureShare: 0.6 };
          const { features, trees } = fitOne(rows, loss, options, seed);
          seen.forEach((scores, tree) => {
            expect(trees.predict(features, tree)).toEqual(scores);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('lowers a squared distance with every tree', () => {
    const random = seededRandom('monotone');
    const rows = randomRows(random, 200);
    const targets = rows.map(([a, b, c]) => a! * b! + c! + random.normal());
    const { features, trees } = fitOne(rows, distance(targets), {
      trees: 60,
      leaves: 5,
      minLeafRows: 5,
      rowShare: 1,
    });
    const losses = Array.from({ length: 61 }, (_, count) =>
      trees.predict(features, count).reduce((sum, score, row) => sum + (score - targets[row]!) ** 2, 0),
    );
    losses.slice(1).forEach((loss, tree) => {
      expect(loss).toBeLessThan(losses[tree]!);
    });
    expect(losses[60]).toBeLessThan(0.5 * losses[0]!);
  });

  it('keeps to the least rows and curvature of a leaf, the most leaves and the depth', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 2, max: 20 }),
        fc.integer({ min: 1, max: 6 }),
        (seed, minLeafRows, leaves, maxDepth) => {
          const random = seededRandom(seed);
          const rows = randomRows(random, 150);
          const weights = rows.map(() => random.uniform());
          const loss = distance(
            rows.map(() => random.normal()),
            weights,
          );
          const options = { trees: 3, leaves, maxDepth, minLeafRows, minLeafCurvature: 6, rowShare: 1 };
          const { features, trees } = fitOne(rows, loss, options);
          for (const tree of rowsOfLeaves(trees, features)) {
            expect(tree.length).toBeLessThanOrEqual(leaves);
            for (const leaf of tree) {
              expect(leaf.depth).toBeLessThanOrEqual(maxDepth);
              expect(leaf.rows.length).toBeGreaterThanOrEqual(minLeafRows);
              expect(leaf.rows.reduce((sum, row) => sum + weights[row]!, 0)).toBeGreaterThan(6 - 1e-9);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('repeats to the byte under a seed and draws other rows and features under another', () => {
    const random = seededRandom('repeat');
    const rows = randomRows(random, 120);
    const loss = distance(rows.map(() => random.normal()));
    const options = { trees: 10, rowShare: 0.5, featureShare: 0.5 };
    const tables = (seed: number | string) => JSON.stringify(fitOne(rows, loss, options, seed).trees.tables);
    expect(tables('a')).toBe(tables('a'));
    expect(tables('a')).not.toBe(tables('b'));
  });

  it('learns from a share of the rows and splits by a share of the features', () => {
    const random = seededRandom('shares');
    const rows = randomRows(random, 100);
    const one = fitOne(rows, distance(rows.map(() => random.normal())), {
      trees: 30,
      minLeafRows: 1,
      featureShare: 0.2,
    });
    let first = 0;
    for (const count of one.trees.tables.splits) {
      expect(new Set(one.trees.tables.feature.slice(first, first + count)).size).toBeLessThanOrEqual(1);
      first += count;
    }
    expect(new Set(one.trees.tables.feature).size).toBe(5);
    // With a constant column there is one leaf: the mean of the drawn rows' targets, each row drawn about as often.
    const targets = rows.map((_, row) => 2 ** (row % 10));
    const constant = fitOne(
      rows.map(() => [1]),
      distance(targets),
      { trees: 1, learningRate: 1, rowShare: 0.1 },
      3,
    );
    const all = targets.reduce((sum, target) => sum + target, 0) / 100;
    expect(constant.trees.tables.splits).toEqual([0]);
    expect(constant.trees.tables.value[0]).not.toBeCloseTo(all, 3);
    const means = Array.from(
      { length: 400 },
      (_, seed) =>
        fitOne(
          rows.map(() => [1]),
          distance(targets),
          { trees: 1, learningRate: 1, rowShare: 0.1 },
          seed,
        ).trees.tables.value[0]!,
    );
    const spread = Math.sqrt(targets.reduce((sum, target) => sum + (target - all) ** 2, 0) / 100 / 10 / 400);
    expect(Math.abs(means.reduce((sum, mean) => sum + mean, 0) / 400 - all)).toBeLessThan(4 * spread);
  });

  it('leaves a list that says nothing at zero', () => {
    const { trees, features } = fitOne(
      randomRows(seededRandom(1), 9),
      lambdaRank().forList(new Float64Array(9).fill(1)),
      {},
    );
    expect(trees.predict(features)).toEqual(new Float64Array(9));
  });

  it('finds its way with fifty rows of one list and nothing set', () => {
    const random = seededRandom('small');
    const [train, test] = [randomRows(random, 50), randomRows(random, 200)] as const;
    const truth = (rows: number[][]) => rows.map(([a, b]) => a! + b!);
    const { trees } = fitOne(train, lambdaRank().forList(truth(train)), {});
    expect(kendallTau(trees.predict(Float32Array.from(test.flat())), truth(test))).toBeGreaterThan(0.6);
  });

  it.each([
    ['trees', 0],
    ['leaves', 1],
    ['leaves', 2.5],
    ['learningRate', 0],
    ['minLeafRows', 0],
    ['minLeafCurvature', -1],
    ['l2', Number.NaN],
    ['rowShare', 1.1],
    ['featureShare', 0],
    ['maxBins', 257],
    ['maxDepth', 0],
  ])('refuses %s = %p', (name, value) => {
    const fit = () => fitOne([[1], [2]], distance([1, 2]), { [name]: value });
    expect(fit).toThrow(
      expect.objectContaining({ code: 'INVALID_MODEL', message: expect.stringContaining(`Option ${name}`) }),
    );
  });

  it('refuses features that are no numbers or no rows, and lists that reach beyond them', () => {
    const fit = (features: number[], width: number, end: number) => () =>
      fitTrees(
        { features: Float32Array.from(features), width, lists: [{ start: 0, end, loss: distance([1]) }] },
        {},
        1,
      );
    const wrong = (text: string) =>
      expect.objectContaining({ code: 'INVALID_EXPERIENCE', message: expect.stringContaining(text) });
    expect(fit([1, 2, 3, Number.NaN], 2, 2)).toThrow(wrong('Column 1 of row 1 is NaN'));
    expect(fit([1, 2, 3], 2, 1)).toThrow(wrong('3 features make no rows of 2 columns'));
    expect(fit([], 2, 0)).toThrow(wrong('no rows'));
    expect(fit([1], 1, 2)).toThrow(wrong('rows 0 to 2 of 1'));
  });
});
