import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { kendallTau, spearman } from './correlation.js';
import { ndcg } from './ndcg.js';

interface Fixture {
  readonly cuts: readonly number[];
  readonly lists: readonly {
    readonly scores: readonly number[];
    readonly grades: readonly number[];
    readonly scikitLearn: readonly number[];
    readonly lightgbm: readonly number[] | null;
    readonly kendall: number | null;
    readonly spearman: number | null;
  }[];
}

/** Made by fixtures/metrics_of_peers.py. */
const { cuts, lists }: Fixture = JSON.parse(
  readFileSync(new URL('../../fixtures/metrics.golden.json', import.meta.url), 'utf8'),
);
const tied = (values: readonly number[]) => new Set(values).size < values.length;

describe('against other libraries, on random lists', () => {
  it('many of which have ties of scores and no gain at all', () => {
    expect(lists.length).toBe(200);
    expect(lists.filter(({ scores }) => tied(scores)).length).toBeGreaterThan(50);
    expect(lists.filter(({ grades }) => Math.max(...grades) === 0).length).toBeGreaterThan(10);
    expect(lists.filter(({ grades }) => Math.max(...grades) === 20).length).toBeGreaterThan(5);
  });

  it.each(cuts.map((k, at) => [k, at] as const))("NDCG@%i equals scikit-learn's", (k, at) => {
    for (const { scores, grades, scikitLearn } of lists) {
      expect(Math.abs(ndcg(scores, grades, k, { withoutGain: 0 }) - scikitLearn[at]!)).toBeLessThan(1e-9);
    }
  });

  it.each(cuts.map((k, at) => [k, at] as const))("NDCG@%i equals LightGBM's", (k, at) => {
    const compared = lists.filter(({ lightgbm }) => lightgbm !== null);
    expect(compared.length).toBe(100);
    for (const { scores, grades, lightgbm } of compared) {
      expect(Math.abs(ndcg(scores, grades, k, { ties: 'input-order' }) - lightgbm![at]!)).toBeLessThan(1e-9);
    }
  });

  it("rank correlations equal SciPy's, and are 0 where it has none", () => {
    for (const { scores, grades, kendall, spearman: rho } of lists) {
      expect(Math.abs(kendallTau(scores, grades) - (kendall ?? 0))).toBeLessThan(1e-12);
      expect(Math.abs(spearman(scores, grades) - (rho ?? 0))).toBeLessThan(1e-12);
    }
  });
});
