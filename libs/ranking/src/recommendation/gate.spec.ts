import { describe, expect, it } from '@jest/globals';
import type { BilinearArtefact } from '../scorers/bilinear/bilinear-scorer.js';
import type { ScoreWeights } from '../scorers/bilinear/score-network.js';
import { gate } from './gate.js';
import type { RankerMember, RankerVersion } from './ranker-version.js';
import { simulatedWorld, withShuffledScores } from './testing/simulated-tasks.js';
import { trainRanker } from './train-ranker.js';

const world = simulatedWorld(31, { tasks: 8, trials: 18 });
const experience = world.tasks.map(({ task }) => task);
const train = (tasks: typeof experience) => trainRanker({ seed: 1, extractor: world.extractor, tasks }).ranker;
const all = train(experience);
const few = train(experience.slice(0, 4));

function withWeights(ranker: RankerVersion, change: (weights: ScoreWeights) => ScoreWeights): RankerVersion {
  const changed = (member: RankerMember): RankerMember => {
    const scorer = member.scorer as BilinearArtefact;
    return { ...member, scorer: { ...scorer, weights: change(scorer.weights) } as BilinearArtefact };
  };
  return {
    ...ranker,
    members: ranker.members.map(changed),
    folds: ranker.folds.map((fold) => ({ ...fold, member: changed(fold.member) })),
  };
}

describe('gate', () => {
  it('promotes a first ranker that learned something', () => {
    const { verdict, reason, folds } = gate({ candidate: all, current: null, experience });
    expect([verdict, reason]).toEqual(['promote', expect.stringContaining('on 8 tasks')]);
    expect(folds.map(({ task }) => task)).toEqual(experience.map(({ id }) => id));
    expect(new Set(folds.map(({ fold }) => fold)).size).toBe(8);
  });

  it('promotes honest training on more tasks, and the same again', () => {
    expect(gate({ candidate: all, current: few, experience }).verdict).toBe('promote');
    expect(gate({ candidate: all, current: all, experience })).toMatchObject({
      verdict: 'promote',
      reason: expect.stringContaining('NDCG@10 +0.000'),
    });
  });

  it.each([1, 2, 3, 4, 5])('rejects a candidate trained on shuffled scores (%i)', (seed) => {
    const shuffled = train(withShuffledScores(experience, seed));
    // As if the scores were mixed up after the experience was read: its hash is the true one.
    const candidate = { ...shuffled, training: { ...shuffled.training, dataHash: all.training.dataHash } };
    expect(gate({ candidate, current: all, experience }).verdict).toBe('reject');
    expect(gate({ candidate, current: few, experience }).verdict).toBe('reject');
    expect(gate({ candidate, current: null, experience }).reason).toContain('no better than chance');
  });

  it('rejects weights that are not finite', () => {
    const candidate = withWeights(all, (weights) => ({ ...weights, main: weights.main.map(() => Number.NaN) }));
    expect(gate({ candidate, current: null, experience })).toMatchObject({
      verdict: 'reject',
      reason: expect.stringContaining('not finite'),
    });
  });

  it('rejects a constant', () => {
    const candidate = withWeights(all, (weights) => ({
      ...weights,
      main: weights.main.map(() => 0),
      task: weights.task.map((row) => row.map(() => 0)),
    }));
    expect(gate({ candidate, current: null, experience })).toMatchObject({
      verdict: 'reject',
      reason: expect.stringContaining('no better than chance'),
    });
  });

  it('rejects what recommends worse than the current version on the same tasks', () => {
    const worsened = (by: number): RankerVersion => ({
      ...all,
      evidence: all.evidence.map((task) => ({
        ...task,
        ndcg10: { ...task.ndcg10, [all.strategy]: task.ndcg10[all.strategy] - by },
      })),
    });
    expect(gate({ candidate: worsened(0.01), current: all, experience }).verdict).toBe('promote');
    expect(gate({ candidate: worsened(0.03), current: all, experience })).toMatchObject({
      verdict: 'reject',
      reason: expect.stringContaining('NDCG@10 -0.030'),
    });
  });

  it('judges by what orders the recommendations, not by a scorer that is not asked', () => {
    const lazy: RankerVersion = { ...all, strategy: 'nearest-tasks' };
    const quality = ({ folds }: { folds: readonly { candidateNdcg10: number }[] }) =>
      folds.map(({ candidateNdcg10 }) => candidateNdcg10);
    const before = gate({ candidate: lazy, current: lazy, experience });
    const sabotaged = withWeights(lazy, (weights) => ({ ...weights, main: weights.main.map((value) => value / 2) }));
    expect(quality(gate({ candidate: sabotaged, current: lazy, experience }))).toEqual(quality(before));
    expect(before.reason).toContain('NDCG@10 +0.000');
    expect(gate({ candidate: { ...all, strategy: 'ranker' }, current: lazy, experience }).reason).toContain(
      'ilinear instead of nearest-tasks',
    );
  });

  it('rejects a candidate of other experience', () => {
    expect(gate({ candidate: few, current: null, experience })).toMatchObject({
      verdict: 'reject',
      reason: expect.stringContaining('other experience'),
    });
  });

  it('rejects when nothing can be judged', () => {
    const short = experience.map((task) => ({ ...task, trials: task.trials.slice(0, 4) }));
    expect(gate({ candidate: train(short), current: null, experience: short })).toMatchObject({
      verdict: 'reject',
      reason: expect.stringContaining('Fewer than two tasks'),
      folds: [],
    });
  });

  it('judges the current version directly where it never saw the task', () => {
    const { folds } = gate({ candidate: all, current: few, experience });
    expect(folds.every(({ currentNdcg10 }) => currentNdcg10 !== null)).toBe(true);
    const elsewhere = { ...few, extractor: { version: 9, hash: 'another' } };
    const apart = gate({ candidate: all, current: elsewhere, experience }).folds;
    expect(apart.filter(({ currentNdcg10 }) => currentNdcg10 === null)).toHaveLength(4);
  });
});
