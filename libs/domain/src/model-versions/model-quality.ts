import type { TaskEvidence } from '@edgelore/ranking';
import type { Evaluation, GateQuality, ModelQuality } from './model-version.types.js';

type Fold = Evaluation['folds'][number];

/** Figures of an evaluation as every version shows them. */
export function modelQuality({ metrics, folds }: Evaluation): ModelQuality {
  return {
    ndcg10: metrics.ndcg10 ?? null,
    regret1: metrics.regret1 ?? null,
    regret1NearestTasks: metrics.regret1NearestTasks ?? null,
    regret1Portfolio: metrics.regret1Portfolio ?? null,
    gate: folds.length === 0 ? null : gateQuality(folds),
    alignmentR2: metrics.alignmentR2 ?? null,
  };
}

/** Metrics of a ranker that was trained elsewhere, under the names that training gives them. */
export function evidenceMetrics(evidence: readonly TaskEvidence[]): Record<string, number> {
  if (evidence.length === 0) return {};
  const mean = (read: (task: TaskEvidence) => number) => average(evidence.map(read)) ?? 0;
  return {
    judgedTasks: evidence.length,
    ndcg10: mean(({ ndcg10 }) => ndcg10.ranker),
    regret1: mean(({ regret1 }) => regret1.ranker),
    regret1NearestTasks: mean(({ regret1 }) => regret1['nearest-tasks']),
    regret1Portfolio: mean(({ regret1 }) => regret1['cold-portfolio']),
  };
}

function gateQuality(folds: readonly Fold[]): GateQuality {
  const mean = (name: string) => average(folds.flatMap((fold) => numberOf(fold, name) ?? []));
  const lost = folds.flatMap((fold) => {
    const before = numberOf(fold, 'currentNdcg10');
    return before === null ? [] : Math.max(0, before - (numberOf(fold, 'candidateNdcg10') ?? 0));
  });
  return {
    tasks: folds.length,
    tau: mean('candidateTau') ?? 0,
    ndcg10: mean('candidateNdcg10') ?? 0,
    ndcg10Before: mean('currentNdcg10'),
    ndcg10Chance: mean('chanceNdcg10') ?? 0,
    regret1: mean('candidateRegret1') ?? 0,
    regret1Before: mean('currentRegret1'),
    regret1Chance: mean('chanceRegret1') ?? 0,
    forgetting: average(lost),
  };
}

function numberOf(fold: Fold, name: string): number | null {
  const value = fold[name];
  return typeof value === 'number' ? value : null;
}

function average(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
