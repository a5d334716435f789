import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dcg, discount, gain, relevance } from '../metrics.js';
import { slopesOf } from '../testing/slopes.js';
import { lambdaRank } from './lambdarank.js';
import { listMle } from './list-mle.js';
import { rankingLoss } from './loss-spec.js';
import { pairwiseSoftmax } from './pairwise-softmax.js';
import type { RankingLoss } from './ranking-loss.js';
import { rankNet } from './ranknet.js';
import { squaredError } from './squared-error.js';

type Cost = (scores: readonly number[], labels: readonly number[]) => number;

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const pairs = (n: number) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: i }, (_, j) => [i, j] as const)).flat();
const zScores = (labels: readonly number[]) => {
  const mean = sum(labels) / labels.length;
  const deviation = Math.sqrt(sum(labels.map((label) => (label - mean) ** 2)) / labels.length);
  return labels.map((label) => (label - mean) / deviation);
};

/** The costs as the papers write them, item by item. */
const rankNetCost =
  (sigma: number): Cost =>
  (scores, labels) =>
    sum(
      pairs(labels.length).map(([i, j]) => {
        const better = Math.sign(labels[i]! - labels[j]!);
        return better === 0 ? 0 : Math.log1p(Math.exp(-sigma * better * (scores[i]! - scores[j]!)));
      }),
    ) /
    (labels.length - 1);

const softmaxCost: Cost = (scores, labels) => {
  const z = zScores(labels);
  const share = (values: readonly number[], i: number, j: number) => 1 / (1 + Math.exp(values[j]! - values[i]!));
  const divergence = (p: number, q: number) => p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
  return (
    sum(pairs(labels.length).map(([i, j]) => divergence(share(z, i, j), share(scores, i, j)))) / (labels.length - 1)
  );
};

const listMleCost: Cost = (scores, labels) =>
  sum(
    labels.map((label, item) =>
      label === Math.min(...labels)
        ? 0
        : Math.log(sum(scores.filter((_, other) => labels[other]! <= label).map(Math.exp))) - scores[item]!,
    ),
  );

const squaredCost: Cost = (scores, labels) => {
  const z = zScores(labels);
  return sum(scores.map((score, at) => (score - z[at]!) ** 2 / 2));
};

/** The 20% quantile, linear between neighbours. */
const fifth = (labels: readonly number[]) => {
  const ascending = [...labels].sort((a, b) => a - b);
  const at = (labels.length - 1) / 5;
  const [below, above] = [ascending[Math.floor(at)]!, ascending[Math.ceil(at)]!];
  return below + (at % 1) * (above - below);
};

/** Positions by labels, worst first, never move: so this form of LambdaRank is the gradient of a cost. */
const publishedCost =
  (sigma: number): Cost =>
  (scores, labels) => {
    const gains = Array.from(relevance(labels), gain);
    const ascending = labels.map((_, item) => item).sort((i, j) => labels[i]! - labels[j]!);
    const at = labels.map((_, item) => discount(ascending.indexOf(item)));
    const weighed = pairs(labels.length).map(([i, j]) => {
      const gap = gains[i]! - gains[j]!;
      const lead = Math.sign(gap) * (scores[i]! - scores[j]!);
      return Math.abs(gap * (at[i]! - at[j]!)) * Math.log1p(Math.exp(-sigma * lead));
    });
    return sum(weighed) / dcg(labels, relevance(labels));
  };

const COSTS: readonly (readonly [string, RankingLoss, Cost])[] = [
  ['RankNet', rankNet(), rankNetCost(1)],
  ['steep RankNet', rankNet({ sigma: 2.5 }), rankNetCost(2.5)],
  ['pairwise softmax', pairwiseSoftmax(), softmaxCost],
  ['ListMLE', listMle(), listMleCost],
  ['LambdaRank as the code of AceNAS has it', lambdaRank({ positions: 'labels-ascending' }), publishedCost(1)],
  ['LambdaRank as AceNAS, steep', lambdaRank({ positions: 'labels-ascending', sigma: 2.5 }), publishedCost(2.5)],
  ['squared error', squaredError(), squaredCost],
  [
    'squared error at the top',
    squaredError({ resolution: 0.1 }),
    (scores, labels) => {
      const best = Math.max(...labels);
      const low = fifth(labels);
      const noise = 0.1 * (best > low ? best - low : best - Math.min(...labels));
      return squaredCost(
        scores,
        labels.map((label) => -Math.log(best - label + noise)),
      );
    },
  ],
];

const LOSSES: readonly (readonly [string, RankingLoss])[] = [
  ...COSTS.map(([name, loss]) => [name, loss] as const),
  ['LambdaRank', lambdaRank()],
  ['LambdaRank as LightGBM has it', lambdaRank({ truncation: 3, normalise: true })],
];

/** [score, label], both with ties; no list of one label. */
const lists = fc
  .array(
    fc.tuple(
      fc.integer({ min: -24, max: 24 }).map((eighths) => eighths / 8),
      fc.integer({ min: 0, max: 5 }).map((label) => label / 10),
    ),
    { minLength: 2, maxLength: 9 },
  )
  .filter((list) => new Set(list.map(([, label]) => label)).size > 1);

const split = (list: readonly (readonly [number, number])[]) => ({
  scores: list.map(([score]) => score),
  labels: list.map(([, label]) => label),
});

const differences = (cost: Cost, scores: readonly number[], labels: readonly number[], item: number, step: number) => {
  const [up, here, down] = [step, 0, -step].map((by) =>
    cost(
      scores.map((score, at) => (at === item ? score + by : score)),
      labels,
    ),
  );
  return { slope: (up! - down!) / (2 * step), bend: (up! - 2 * here! + down!) / step ** 2 };
};

describe.each(COSTS)('%s', (name, loss, cost) => {
  it('has the gradient of its cost, and the curvature or a bound of it', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const { scores, labels } = split(list);
        const { gradient, curvature } = slopesOf(loss, labels, scores);
        scores.forEach((_, item) => {
          expect(gradient[item]!).toBeCloseTo(differences(cost, scores, labels, item, 1e-5).slope, 6);
          const { bend } = differences(cost, scores, labels, item, 1e-3);
          if (name === 'ListMLE') {
            expect(curvature[item]!).toBeGreaterThan(bend - 1e-5);
          } else {
            expect(curvature[item]!).toBeCloseTo(bend, 4);
          }
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe.each(LOSSES)('%s', (name, loss) => {
  it('turns with the list, and repeats to the last bit', () => {
    fc.assert(
      fc.property(lists, fc.infiniteStream(fc.nat(1000)), (list, keys) => {
        const distinct = list.filter(([score], at) => list.findIndex(([other]) => other === score) === at);
        const { scores, labels } = split(distinct);
        // The published code sorts labels: where those are equal, positions follow the input.
        fc.pre(!name.includes('AceNAS') || new Set(labels).size === labels.length);
        const here = slopesOf(loss, labels, scores);
        expect(slopesOf(loss, labels, scores)).toEqual(here);
        const order = distinct.map((_, at) => [at, keys.next().value] as const).sort((a, b) => a[1] - b[1]);
        const turned = slopesOf(
          loss,
          order.map(([at]) => labels[at]!),
          order.map(([at]) => scores[at]!),
        );
        order.forEach(([at], place) => {
          expect(turned.gradient[place]!).toBeCloseTo(here.gradient[at]!, 12);
          expect(turned.curvature[place]!).toBeCloseTo(here.curvature[at]!, 12);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same again after other scores', () => {
    const labels = Float64Array.from({ length: 60 }, (_, at) => Math.sin(at * at));
    const scores = labels.map((label, at) => label + Math.cos(at));
    const list = loss.forList(labels);
    const [gradient, curvature] = [new Float64Array(60), new Float64Array(60)];
    list.slopes(scores, gradient, curvature);
    const [first, bends] = [gradient.slice(), curvature.slice()];
    list.slopes(
      scores.map((score) => -score),
      gradient,
      curvature,
    );
    expect(gradient).not.toEqual(first);
    list.slopes(scores, gradient, curvature);
    expect([gradient, curvature]).toEqual([first, bends]);
  });

  it('is silent on lists that say nothing', () => {
    for (const [labels, scores] of [
      [[0.3], [2]],
      [
        [0.3, 0.3, 0.3],
        [5, -1, 2],
      ],
    ] as const) {
      const { gradient, curvature } = slopesOf(loss, labels, scores);
      expect([...gradient, ...curvature]).toEqual(new Array(2 * labels.length).fill(0));
    }
  });

  it('stays finite, with positive curvature, however far apart scores are', () => {
    const labels = [0.9, 0.1, 0.5, 0.7, 0.3, 0.8, 0.2];
    for (const scores of [
      [-5000, 5000, 0, 0, 2000, -2000, 0],
      [-1e300, 1e300, 1, 2, 3, 4, 5],
      [700, -700, 300, 0, 0, 0, -300],
      [0, 0, 0, 0, 0, 0, 0],
    ]) {
      const { gradient, curvature } = slopesOf(loss, labels, scores);
      expect([...gradient].every(Number.isFinite)).toBe(true);
      expect([...curvature].every((bend) => bend >= 0 && Number.isFinite(bend))).toBe(true);
      gradient.forEach((slope, at) => {
        expect(slope === 0 || curvature[at]! > 0).toBe(true);
      });
    }
  });

  it('refuses labels that are not finite, none, and arrays of another length', () => {
    expect(() => loss.forList([0.1, Number.NaN])).toThrow(expect.objectContaining({ code: 'INVALID_SCORES' }));
    expect(() => loss.forList([])).toThrow('empty');
    const two = new Float64Array(2);
    expect(() => loss.forList([1, 2]).slopes(new Float64Array(3), two, two)).toThrow('A list of 3 stands against 2');
    expect(() => loss.forList([1, 1]).slopes(two, two, new Float64Array(1))).toThrow('A list of 1 stands against 2');
  });
});

// Squared error alone holds scores to a level.
describe.each(LOSSES.filter(([name]) => !name.startsWith('squared error')))('%s', (_, loss) => {
  it('sums to zero, and does not see a constant added to all scores', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const { scores, labels } = split(list);
        const { gradient, curvature } = slopesOf(loss, labels, scores);
        expect(sum([...gradient])).toBeCloseTo(0, 12);
        const shifted = slopesOf(
          loss,
          labels,
          scores.map((score) => score + 4096),
        );
        gradient.forEach((slope, at) => {
          expect(shifted.gradient[at]!).toBeCloseTo(slope, 10);
          expect(shifted.curvature[at]!).toBeCloseTo(curvature[at]!, 10);
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('far apart and near each other', () => {
  it('are taken by different ways that meet', () => {
    // One item far off takes all pairs off the way by quotients; for the others little changes.
    const labels = [0.2, 0.9, 0.4, 0.6];
    const scores = [0.5, -0.25, 1, 0];
    for (const loss of [rankNet(), pairwiseSoftmax(), lambdaRank(), lambdaRank({ positions: 'labels-ascending' })]) {
      const near = slopesOf(loss, [...labels, 0], [...scores, -590]);
      const far = slopesOf(loss, [...labels, 0], [...scores, -610]);
      near.gradient.forEach((slope, at) => {
        expect(far.gradient[at]!).toBeCloseTo(slope, 12);
        expect(far.curvature[at]!).toBeCloseTo(near.curvature[at]!, 10);
      });
    }
  });
});

describe('squared error at the top', () => {
  it('does not depend on the unit of the labels', () => {
    const shares = [0.1, 0.62, 0.7, 0.71, 0.735, 0.3, 0.66];
    const points = shares.map((share) => 100 * share);
    const scores = [0, 1, -1, 2, 0.5, -2, 0.25];
    const [here, there] = [shares, points].map((labels) =>
      slopesOf(squaredError({ resolution: 0.05 }), labels, scores),
    );
    there!.gradient.forEach((slope, at) => {
      expect(slope).toBeCloseTo(here!.gradient[at]!, 10);
    });
  });

  it('tells what is best from the rest where hardly anything differs', () => {
    const { gradient } = slopesOf(
      squaredError({ resolution: 0.1 }),
      [1, 1, 1, 1, 1, 1, 1, 1, 1, 0],
      new Array(10).fill(0),
    );
    expect(gradient[0]!).toBeCloseTo(-1 / 3, 10);
    expect(gradient[9]!).toBeCloseTo(3, 10);
  });
});

describe('rankingLoss', () => {
  it('makes every loss from its JSON', () => {
    const labels = [0.1, 0.9, 0.5, 0.7];
    const scores = [3, 1, 0, 2];
    const specs = [
      [
        { name: 'lambdarank', relevance: { scale: 5, floorQuantile: 0 } },
        lambdaRank({ relevance: { scale: 5, floorQuantile: 0 } }),
      ],
      [
        {
          name: 'lambdarank',
          relevance: 'labels',
          truncation: 2,
          normalise: true,
          sigma: 2,
          positions: 'labels-ascending',
        },
        lambdaRank({ relevance: 'labels', truncation: 2, normalise: true, sigma: 2, positions: 'labels-ascending' }),
      ],
      [{ name: 'ranknet', sigma: 3 }, rankNet({ sigma: 3 })],
      [{ name: 'pairwise-softmax' }, pairwiseSoftmax()],
      [{ name: 'list-mle' }, listMle()],
      [{ name: 'squared-error' }, squaredError()],
      [{ name: 'squared-error', resolution: 0.2 }, squaredError({ resolution: 0.2 })],
    ] as const;
    for (const [spec, loss] of specs) {
      expect(rankingLoss(spec).name).toBe(spec.name);
      expect(slopesOf(rankingLoss(spec), labels, scores)).toEqual(slopesOf(loss, labels, scores));
    }
  });

  it.each([
    [null, 'null is no loss'],
    ['ranknet', '"ranknet" is no loss; name one of lambdarank, ranknet'],
    [{ name: 'hinge' }, '"hinge" is no loss'],
    [{ name: 'toString' }, '"toString" is no loss'],
    [{ name: 'ranknet', truncation: 3 }, 'ranknet has no option "truncation"; its options are sigma'],
    [{ name: 'list-mle', sigma: 1 }, 'list-mle has no option "sigma"; it has none'],
    [{ name: 'ranknet', sigma: 0 }, 'ranknet.sigma is 0; it must be a positive number'],
    [{ name: 'lambdarank', truncation: 1.5 }, 'lambdarank.truncation is 1.5'],
    [{ name: 'lambdarank', truncation: 0 }, 'a whole number, 1 or more'],
    [{ name: 'lambdarank', normalise: 'yes' }, 'lambdarank.normalise is "yes"'],
    [{ name: 'lambdarank', positions: 'labels' }, 'lambdarank.positions is "labels"'],
    [{ name: 'lambdarank', relevance: 'grades' }, 'lambdarank.relevance is "grades"'],
    [{ name: 'lambdarank', relevance: { scale: 99 } }, 'lambdarank.relevance.scale is 99'],
    [{ name: 'lambdarank', relevance: { floorQuantile: 1 } }, 'lambdarank.relevance.floorQuantile is 1'],
    [{ name: 'lambdarank', relevance: { top: 1 } }, 'lambdarank.relevance has no option "top"'],
  ])('refuses %j', (spec, message) => {
    expect(() => rankingLoss(spec)).toThrow(
      expect.objectContaining({ code: 'INVALID_LOSS', message: expect.stringContaining(message) }),
    );
  });
});
