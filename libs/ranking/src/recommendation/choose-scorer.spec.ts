import { describe, expect, it } from '@jest/globals';
import type { ScorerKind } from '../scorers/scorer.js';
import { chooseScorer } from './choose-scorer.js';
import type { CrossFit } from './cross-fit.js';

/** A kind with this NDCG@10 on each task, and regret to match. */
function fit(kind: ScorerKind, ndcgs: readonly number[], regret = 0.1): CrossFit {
  const same = (value: number) => ({ 'cold-portfolio': 0, 'nearest-tasks': 0, ranker: value });
  const evidence = ndcgs.map((ndcg, at) => ({
    task: `task-${at}`,
    trials: 9,
    ndcg10: same(ndcg),
    regret1: same(regret),
    regret3: same(regret),
  }));
  return { recipe: { kind }, evidence } as unknown as CrossFit;
}

const kindOf = (...fits: CrossFit[]) => chooseScorer(fits).recipe.kind;

describe('chooseScorer', () => {
  const simple = fit('bilinear', [0.7, 0.8, 0.6, 0.7]);

  it('stays with the simpler at a tie and within the margin', () => {
    expect(kindOf(simple, fit('trees', [0.7, 0.8, 0.6, 0.7]))).toBe('bilinear');
    expect(kindOf(simple, fit('trees', [0.71, 0.81, 0.61, 0.71]))).toBe('bilinear');
    expect(kindOf(simple)).toBe('bilinear');
  });

  it('takes what is better on every task, the best of several', () => {
    expect(kindOf(simple, fit('trees', [0.8, 0.9, 0.7, 0.8]))).toBe('trees');
    expect(kindOf(simple, fit('trees', [0.8, 0.9, 0.7, 0.8]), fit('mlp', [0.9, 0.95, 0.8, 0.9]))).toBe('mlp');
    expect(kindOf(simple, fit('trees', [0.8, 0.9, 0.7, 0.8]), fit('mlp', [0.8, 0.9, 0.7, 0.81]))).toBe('trees');
  });

  it('does not take a gain that one task makes', () => {
    expect(kindOf(simple, fit('trees', [1, 0.85, 0.65, 0.7]))).toBe('bilinear');
  });

  it('does not pay for the order with regret', () => {
    expect(kindOf(simple, fit('trees', [0.8, 0.9, 0.7, 0.8], 0.2))).toBe('bilinear');
  });

  it('takes the simplest where nothing was judged', () => {
    expect(kindOf(fit('bilinear', []), fit('trees', []))).toBe('bilinear');
  });
});
