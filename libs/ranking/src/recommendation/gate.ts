import type { KernelRuntime } from '@edgelore/kernels';
import { faceDetectorSpace, type SearchSpace } from '@edgelore/search-space';
import { kendallTau } from '../metrics.js';
import { RankingError } from '../ranking.error.js';
import { configurationItems } from './configuration-items.js';
import { foldEvidence, type ListQuality, listQuality, pairedMean } from './evidence.js';
import { average, type ExperienceTask, experienceHash, isJudged, type TaskTable, taskTables } from './experience.js';
import { ensembleScores, type Ranker, thawRanker } from './ranker.js';
import type { RankerVersion } from './ranker-version.js';

/** Deviations of Kendall's tau under chance that a candidate's must lie above it, over all judged tasks together. */
const BEAT_CHANCE = 1.5;
/** NDCG@10 that a candidate may lose against the current version on average; below it differences are noise. */
const NDCG_TOLERANCE = 0.02;
/** Regret@1 that it may lose, in units of the score. */
const REGRET_TOLERANCE = 0.02;

/** One judged task, by what would be recommended: the candidate out of fold, the current version out of fold or, where it never saw the task, directly. */
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
  /** Kernels, for rankers that are networks. */
  readonly runtime?: KernelRuntime | undefined;
}

/**
 * Decides whether a candidate may replace the current version, by what each would recommend for tasks that it never saw: of the candidate its training's
 * evidence tells, for the current version it is found out here. Nothing is trained, and each may recommend by any strategy and kind of scorer. Rejected: one that cannot be read or gives scores that are not finite, a candidate of other experience, one whose own fold members do not beat chance, and one that is
 * worse than the current version on the same tasks by more than the tolerance or one standard error of the paired differences.
 * @throws RankingError `INVALID_EXPERIENCE` for experience that could not have been trained on.
 * @see the example of {@link trainRanker}
 */
export function gate(options: GateOptions): GateVerdict {
  const { experience, space = faceDetectorSpace, runtime } = options;
  const reject = (reason: string, folds: readonly GateFold[] = []): GateVerdict => ({
    verdict: 'reject',
    reason,
    folds,
  });
  if (options.candidate.training.dataHash !== experienceHash(experience)) {
    return reject('The candidate was trained on other experience than it is judged by; train it again.');
  }
  const tables = taskTables(space, experience);
  const candidate = thawCandidate(options.candidate, space, tables.filter(isJudged), runtime);
  if (typeof candidate === 'string') {
    return reject(candidate);
  }
  const current = options.current && thawRanker(options.current, runtime);
  const extractors = new Map(experience.map(({ id, description }) => [id, description.extractorHash]));
  const before = current
    ? servedQuality(space, current, tables, (id) => extractors.get(id) === current.version.extractor.hash)
    : new Map<string, ListQuality>();
  const folds = tables.filter(isJudged).flatMap((table) => judge(space, table, candidate, before.get(table.id)));
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
  const instead =
    current && recommends(current.version) !== recommends(candidate.version)
      ? `${recommends(candidate.version)} instead of ${recommends(current.version)}: `
      : '';
  const versusCurrent = `${instead}NDCG@10 ${signed(gain.mean)} and regret@1 ${signed(-saved.mean)} against the current version on ${compared.length} tasks`;
  // Regret@1 hangs on one trial a task, so it decides only where NDCG did not rise.
  const worse =
    gain.mean < -Math.max(NDCG_TOLERANCE, gain.error) ||
    (gain.mean <= 0 && saved.mean < -Math.max(REGRET_TOLERANCE, saved.error));
  return worse
    ? reject(`The candidate is worse than the current version: ${versusCurrent}.`, folds)
    : { verdict: 'promote', reason: `${capitalised(versusCurrent)}; ${versusChance}.`, folds };
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

/** What orders the recommendations: a kind of scorer, or a strategy that needs none. */
function recommends({ strategy, scorer }: RankerVersion): string {
  return strategy === 'ranker' ? scorer : strategy;
}

/** The candidate ready to score, or why it cannot. */
function thawCandidate(
  version: RankerVersion,
  space: SearchSpace,
  judged: readonly TaskTable[],
  runtime: KernelRuntime | undefined,
): Ranker | string {
  let candidate: Ranker;
  try {
    candidate = thawRanker(version, runtime);
  } catch (error) {
    if (error instanceof RankingError) {
      return `The candidate cannot be read: ${error.message}`;
    }
    throw error;
  }
  const scorers = [...candidate.members, ...candidate.folds.map(({ member }) => member)];
  const finite = judged.every(({ configurations, mean }) => {
    const items = configurationItems(space, configurations, version.scorer);
    return scorers.every((scorer) => scorer.score(items, mean).every(Number.isFinite));
  });
  return finite ? candidate : 'The candidate gives scores that are not finite numbers; its training diverged.';
}

function judge(
  space: SearchSpace,
  table: TaskTable,
  { version, folds }: Ranker,
  before: ListQuality | undefined,
): GateFold[] {
  const evidence = version.evidence.find(({ task }) => task === table.id);
  const fold = folds.findIndex(({ heldOut }) => heldOut.some(({ id }) => id === table.id));
  if (!evidence || fold < 0) {
    return [];
  }
  const { heldOut, member } = folds[fold]!;
  const { mean } = heldOut.find(({ id }) => id === table.id)!;
  const scores = member.score(configurationItems(space, table.configurations, version.scorer), mean);
  const constant = listQuality(new Float64Array(table.scores.length), table.scores);
  return [
    {
      task: table.id,
      fold,
      trials: table.scores.length,
      candidateTau: kendallTau(scores, table.scores),
      candidateNdcg10: evidence.ndcg10[version.strategy],
      currentNdcg10: before?.ndcg10 ?? null,
      chanceNdcg10: constant.ndcg10,
      candidateRegret1: evidence.regret1[version.strategy],
      currentRegret1: before?.regret1 ?? null,
      chanceRegret1: constant.regret1,
    },
  ];
}

/**
 * How well the current version recommends today, by task: its strategy, with the fold member that never saw the task, or with the whole ensemble
 * where none of it did. Descriptions are as the current extractor makes them, which may have seen the task: a small favour to the current version.
 * @param comparable whether a task that the version never saw is described by its extractor; without that it cannot be judged
 */
function servedQuality(
  space: SearchSpace,
  ranker: Ranker,
  tables: readonly TaskTable[],
  comparable: (id: string) => boolean,
): Map<string, ListQuality> {
  const { version, folds } = ranker;
  const seen = new Set(folds.flatMap(({ heldOut }) => heldOut.map(({ id }) => id)));
  const unseen = tables.filter(({ id }) => !seen.has(id) && folds.length > 0 && comparable(id));
  const groups = [
    ...folds.map(({ heldOut, member }) => ({
      held: new Map<string, ArrayLike<number>>(heldOut.map(({ id, mean }) => [id, mean])),
      score: (table: TaskTable, mean: ArrayLike<number>) => member.score(itemsOf(table), mean),
    })),
    ...unseen.map(({ id, mean }) => ({
      held: new Map<string, ArrayLike<number>>([[id, mean]]),
      score: (table: TaskTable, of: ArrayLike<number>) => ensembleScores(ranker, of, itemsOf(table)).scores,
    })),
  ];
  function itemsOf({ configurations }: TaskTable) {
    return configurationItems(space, configurations, version.scorer);
  }
  const evidence = groups.flatMap(({ held, score }) =>
    foldEvidence(
      tables.filter(({ id }) => held.has(id)),
      tables.filter(({ id }) => !held.has(id)),
      (table) => score(table, held.get(table.id) ?? table.mean),
    ),
  );
  return new Map(
    evidence.map(({ task, regret1, regret3, ndcg10 }) => [
      task,
      {
        regret1: regret1[version.strategy],
        regret3: regret3[version.strategy],
        ndcg10: ndcg10[version.strategy],
      },
    ]),
  );
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(3)}`;
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
