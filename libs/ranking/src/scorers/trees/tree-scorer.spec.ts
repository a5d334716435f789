import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { lambdaRank } from '../../losses/lambdarank.js';
import { squaredError } from '../../losses/squared-error.js';
import { kendallTau } from '../../metrics.js';
import type { Items, LabelledList } from '../scorer.js';
import { fitTreeScorer, type TreeArtefact, thawTrees } from './tree-scorer.js';

const random = seededRandom('tree-scorer');
const items: Items = { count: 150, features: Float32Array.from({ length: 450 }, () => random.normal()), width: 3 };
const feature = (item: number, column: number) => items.features[3 * item + column]!;

/** On a task (t) items are as good as t times their first feature, and their second. */
function listOf(t: number, task = Float32Array.of(t, 1)): LabelledList {
  const drawn = Int32Array.from({ length: 40 }, () => random.integer(items.count));
  return {
    task,
    items: drawn,
    labels: Float64Array.from(drawn, (item) => t * feature(item, 0) + 0.5 * feature(item, 1)),
  };
}
const lists = [-2, -1, 1, 2].flatMap((t) => [listOf(t), listOf(t)]);
const options = {
  loss: lambdaRank({ relevance: { scale: 5 } }),
  seed: 'seed',
  trees: 30,
  learningRate: 0.3,
  featureShare: 1,
};
const truth = (t: number) =>
  Float64Array.from({ length: items.count }, (_, item) => t * feature(item, 0) + 0.5 * feature(item, 1));

describe('fitTreeScorer', () => {
  it('ranks items as the described task has it', () => {
    const scorer = fitTreeScorer(items, lists, options);
    expect(scorer.kind).toBe('trees');
    for (const t of [-2, 2]) {
      expect(kendallTau(scorer.score(items, Float32Array.of(t, 1)), truth(t))).toBeGreaterThan(0.6);
    }
  });

  it('ranks without descriptions, by any loss', () => {
    const { task: _, ...alone } = listOf(1);
    const scorer = fitTreeScorer(items, [alone], { loss: squaredError(), seed: 1 });
    expect(kendallTau(scorer.score(items), truth(1))).toBeGreaterThan(0.6);
  });

  it('is the same after freezing, through JSON, and thawing, to the bit', () => {
    const scorer = fitTreeScorer(items, lists, options);
    const text = JSON.stringify(scorer.freeze());
    const thawed = thawTrees(JSON.parse(text));
    expect(thawed.score(items, Float32Array.of(1.5, 1))).toEqual(scorer.score(items, Float32Array.of(1.5, 1)));
    expect(JSON.stringify(thawed.freeze())).toBe(text);
    expect(JSON.stringify(fitTreeScorer(items, lists, options).freeze())).toBe(text);
    expect(JSON.stringify(fitTreeScorer(items, lists, { ...options, seed: 'other' }).freeze())).not.toBe(text);
  });

  it('refuses no lists, lists that do not fit, and other items than it knows', () => {
    const wrong = (code: string, text: string) =>
      expect.objectContaining({ name: 'RankingError', code, message: expect.stringContaining(text) });
    const fit = (list: Partial<LabelledList>) => () =>
      fitTreeScorer(items, [listOf(1), { ...listOf(2), ...list }], options);
    expect(() => fitTreeScorer(items, [], options)).toThrow(wrong('TOO_LITTLE_EXPERIENCE', 'no list'));
    expect(fit({ labels: new Float64Array(3) })).toThrow(
      wrong('INVALID_EXPERIENCE', 'lists[1] has 40 items and 3 labels'),
    );
    expect(fit({ task: new Float32Array(1) })).toThrow(wrong('INVALID_EXPERIENCE', 'lists[1] has a task of 1 numbers'));
    expect(fit({ items: new Int32Array(40).fill(150) })).toThrow(wrong('INVALID_EXPERIENCE', 'names item 150 at 0'));
    const scorer = fitTreeScorer(items, lists, options);
    expect(() => scorer.score(items)).toThrow(wrong('INVALID_EXPERIENCE', 'tasks of 2 numbers, not of 3 and 0'));
    const narrow = { count: 2, features: new Float32Array(4), width: 2 };
    expect(() => scorer.score(narrow, Float32Array.of(1, 1))).toThrow(wrong('INVALID_EXPERIENCE', 'items of 3'));
  });
});

describe('thawTrees', () => {
  const trees = {
    width: 2,
    splits: [2, 0],
    feature: [0, 1],
    threshold: [0.5, 0],
    children: [1, -1, -2, -3],
    value: [1, 2, 3, 10],
  };
  const artefact: TreeArtefact = { format: 'scorer/1', kind: 'trees', taskWidth: 0, trees };

  it('scores by the tables', () => {
    const rows = { count: 5, features: Float32Array.of(0, 0, 0, 1, 1, 0, 0.5, -1, 0.6, -1), width: 2 };
    expect(thawTrees(artefact).score(rows)).toEqual(Float64Array.of(12, 13, 11, 12, 11));
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['another kind', { ...artefact, kind: 'mlp' }],
    ['another format', { ...artefact, format: 'scorer/2' }],
    ['a task wider than the rows', { ...artefact, taskWidth: 3 }],
    ['no tables', { ...artefact, trees: undefined }],
    ['no width', { ...artefact, trees: { ...trees, width: 0 } }],
    ['half a split', { ...artefact, trees: { ...trees, splits: [1.5, 0.5] } }],
    ['too few splits', { ...artefact, trees: { ...trees, splits: [1, 0] } }],
    ['a column beyond the width', { ...artefact, trees: { ...trees, feature: [0, 2] } }],
    ['a threshold that is no number', { ...artefact, trees: { ...trees, threshold: [0.5, null] } }],
    ['a missing threshold', { ...artefact, trees: { ...trees, threshold: [0.5] } }],
    ['a circle', { ...artefact, trees: { ...trees, children: [0, -1, -2, -3] } }],
    ['a leaf that is reached twice', { ...artefact, trees: { ...trees, children: [1, -1, -2, -2] } }],
    ['a leaf of another tree', { ...artefact, trees: { ...trees, children: [1, -1, -2, -4] } }],
    ['a child that is no split', { ...artefact, trees: { ...trees, children: [2, -1, -2, -3] } }],
    ['a missing leaf', { ...artefact, trees: { ...trees, value: [1, 2, 3] } }],
    ['an endless leaf', { ...artefact, trees: { ...trees, value: [1, 2, 3, Number.POSITIVE_INFINITY] } }],
  ])('refuses %s', (_, broken) => {
    expect(() => thawTrees(broken)).toThrow(expect.objectContaining({ code: 'INVALID_MODEL' }));
  });
});
