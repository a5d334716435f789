import { faceDetectorSpace, type SearchSpace } from '@edgelore/search-space';
import { kendallTau } from '../metrics.js';
import type { ScoreWeights } from '../scorers/bilinear/score-network.js';
import { type ListQuality, listQuality, pairedMean } from './evidence.js';
import {
  average,
  type ExperienceTask,
  experienceHash,
  isJudged,
  meanOf,
  type TaskTable,
  taskTables,
} from './experience.js';
import { ensembleScores, memberScores } from './rank.js';
import type { RankerVersion } from './ranker-version.js';

/** Deviations of Kendall's tau under chance that a candidate's must lie above it, over all judged tasks together. */
const BEAT_CHANCE = 1.5;
/** NDCG@10 that a candidate may lose against the current version on average; below it differences are noise. */
const NDCG_TOLERANCE = 0.02;
/** Regret@1 that it may lose, in units of the score. */
const REGRET_TOLERANCE = 0.02;

/** One judged task: the candidate out of fold, the current version out of fold or, where it never saw the task, directly. */
export interface GateFold {
  readonly task: string;
  readonly fold: number;
  readonly trials: number;
  /** Kendall's tau of the candidate's scores and the true ones. */
  readonly candidateTau: number;
  readonly candidateNdcg10: number;
  readonly currentNdcg10: number | null;
  readonly chanceNdcg10: number;
  readonly candidateRegret1: number;
  readonly currentRegret1: number | null;
  readonly chanceRegret1: number;
  readonly [key: string]: string | number | null;
}

export interface GateVerdict {
  readonly verdict: 'promote' | 'reject';
  /** One sentence with the figures that decided. */
  readonly reason: string;
  readonly folds: readonly GateFold[];
}

export interface GateOptions {
  readonly candidate: RankerVersion;
  readonly current: RankerVersion | null;
  /** The experience that the candidate was trained on, with true scores and described by the extractor then current. */
  readonly experience: readonly ExperienceTask[];
  readonly space?: SearchSpace;
}

/**
 * Decides whether a candidate may replace the current ranker, by the candidate's own fold members on the tasks that each never saw.
 * Nothing is trained here. Rejected: weights that are not finite, a candidate of other experience, one that does not beat chance, and one that is
 * worse than the current version on the same tasks by more than the tolerance or one standard error of the paired differences.
 * @throws RankingError `INVALID_EXPERIENCE` for experience that could not have been trained on.
 * @see the example of {@link trainRanker}
 */
export function gate({ candidate, current, experience, space = faceDetectorSpace }: GateOptions): GateVerdict {
  const reject = (reason: string, folds: readonly GateFold[] = []): GateVerdict => ({
    verdict: 'reject',
    reason,
    folds,
  });
  if (![...candidate.members, ...candidate.folds.map(({ weights }) => weights)].every(isFiniteWeights)) {
    return reject('The candidate has weights that are not finite numbers; its training diverged.');
  }
  if (candidate.training.dataHash !== experienceHash(experience)) {
    return reject('The candidate was trained on other experience than it is judged by; train it again.');
  }
  const tables = taskTables(space, experience).filter(isJudged);
  const folds = tables.flatMap((table) => judge(table, candidate, current, experience));
  if (folds.length < 2) {
    return reject(
      'Fewer than two tasks have five different configurations with different scores, so nothing can be judged out of fold.',
      folds,
    );
  }
  const evidence = deviationsAboveChance(folds);
  const ndcg = average(folds.map(({ candidateNdcg10 }) => candidateNdcg10));
  const chance = average(folds.map(({ chanceNdcg10 }) => chanceNdcg10));
  const versusChance = `out of fold NDCG@10 is ${ndcg.toFixed(3)} on ${folds.length} tasks (chance ${chance.toFixed(3)}), Kendall's tau ${evidence.toFixed(1)} deviations above chance`;
  if (!(evidence > BEAT_CHANCE && ndcg > chance)) {
    return reject(`The candidate ranks no better than chance: ${versusChance}, ${BEAT_CHANCE} are asked.`, folds);
  }
  const compared = folds.filter(({ currentNdcg10 }) => currentNdcg10 !== null);
  if (compared.length === 0) {
    return { verdict: 'promote', reason: `No current version to compare with; ${versusChance}.`, folds };
  }
  const gain = pairedMean(compared.map(({ candidateNdcg10, currentNdcg10 }) => candidateNdcg10 - currentNdcg10!));
  const saved = pairedMean(compared.map(({ candidateRegret1, currentRegret1 }) => currentRegret1! - candidateRegret1));
  const versusCurrent = `NDCG@10 ${signed(gain.mean)} and regret@1 ${signed(-saved.mean)} against the current version on ${compared.length} tasks`;
  // Regret@1 hangs on one trial a task, so it decides only where NDCG did not rise.
  const worse =
    gain.mean < -Math.max(NDCG_TOLERANCE, gain.error) ||
    (gain.mean <= 0 && saved.mean < -Math.max(REGRET_TOLERANCE, saved.error));
  return worse
    ? reject(`The candidate is worse than the current version: ${versusCurrent}.`, folds)
    : { verdict: 'promote', reason: `${versusCurrent}; ${versusChance}.`, folds };
}

/**
 * Sum of the tasks' taus over its deviation if each order were random: tau of n different scores then has the variance
 * 2 (2n + 5) / (9 n (n - 1)) (Kendall 1938).
 */
function deviationsAboveChance(folds: readonly GateFold[]): number {
  const total = folds.reduce((sum, { candidateTau }) => sum + candidateTau, 0);
  const variance = folds.reduce((sum, { trials }) => sum + (2 * (2 * trials + 5)) / (9 * trials * (trials - 1)), 0);
  return total / Math.sqrt(variance);
}

function judge(
  table: TaskTable,
  candidate: RankerVersion,
  current: RankerVersion | null,
  experience: readonly ExperienceTask[],
): GateFold[] {
  const own = outOfFold(candidate, table);
  if (!own) {
    return [];
  }
  const other = current && (outOfFold(current, table) ?? unseen(current, table, experience));
  const constant = listQuality(new Float64Array(table.scores.length), table.scores);
  return [
    {
      task: table.id,
      fold: own.fold,
      trials: table.scores.length,
      candidateTau: own.tau,
      candidateNdcg10: own.quality.ndcg10,
      currentNdcg10: other?.quality.ndcg10 ?? null,
      chanceNdcg10: constant.ndcg10,
      candidateRegret1: own.quality.regret1,
      currentRegret1: other?.quality.regret1 ?? null,
      chanceRegret1: constant.regret1,
    },
  ];
}

/** The quality of the fold member that never saw the task. */
function outOfFold(
  ranker: RankerVersion,
  table: TaskTable,
): { fold: number; tau: number; quality: ListQuality } | null {
  for (const [fold, { heldOut, weights }] of ranker.folds.entries()) {
    const held = heldOut.find(({ id }) => id === table.id);
    if (held) {
      const scores = memberScores(weights, held.mean, table.features);
      return { fold, tau: kendallTau(scores, table.scores), quality: listQuality(scores, table.scores) };
    }
  }
  return null;
}

/** The whole ensemble on a task that none of it ever saw; null where the description is of another extractor. */
function unseen(
  ranker: RankerVersion,
  table: TaskTable,
  experience: readonly ExperienceTask[],
): { quality: ListQuality } | null {
  const task = experience.find(({ id }) => id === table.id);
  if (task?.description.extractorHash !== ranker.extractor.hash || ranker.folds.length === 0) {
    return null;
  }
  const { scores } = ensembleScores(ranker, meanOf(task.description.rows), table.features);
  return { quality: listQuality(scores, table.scores) };
}

function isFiniteWeights({ centre, scale, main, configuration, task }: ScoreWeights): boolean {
  return [...centre, scale, ...main, ...configuration.flat(), ...task.flat()].every(Number.isFinite);
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(3)}`;
}
