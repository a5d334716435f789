import type { KernelRuntime } from '@edgelore/kernels';
import type { SearchSpace } from '@edgelore/search-space';
import type { ViewedList } from '../scorers/bilinear/bilinear-scorer.js';
import { sevenDigits } from '../scorers/bilinear/score-network.js';
import type { Items, Scorer } from '../scorers/scorer.js';
import { thawScorer } from '../scorers/thaw-scorer.js';
import { configurationItems } from './configuration-items.js';
import { foldEvidence } from './evidence.js';
import { average, isJudged, type TaskTable } from './experience.js';
import { calibrated } from './ranker.js';
import type { RankerFold, RankerMember, TaskEvidence } from './ranker-version.js';
import type { ScorerRecipe } from './scorer-recipe.js';

/** Members of one kind, each judged on the tasks that it never saw. */
export interface CrossFit {
  readonly recipe: ScorerRecipe;
  readonly folds: readonly RankerFold[];
  readonly evidence: readonly TaskEvidence[];
  /** Mean squared out-of-fold residual of each judged task, in standardised scores. */
  readonly residuals: readonly number[];
}

export interface CrossFitOptions {
  readonly recipe: ScorerRecipe;
  readonly space: SearchSpace;
  /** Ids of the tasks that each fold leaves out; a single group leaves out none. */
  readonly groups: readonly (readonly string[])[];
  /** All tables as a fold sees them. */
  readonly tablesOf: (fold: number) => readonly TaskTable[];
  readonly seed: string;
  readonly runtime: KernelRuntime | undefined;
  readonly onProgress?: () => void;
}

/**
 * Groups of the tasks that have something to rank, as even as can be in judged tasks and in others; a collection stays together. A single group
 * when there is nothing to leave out.
 */
export function splitFolds(tables: readonly TaskTable[], most: number): string[][] {
  const useful = tables.filter(({ scores }) => scores.length > 1);
  const collections = [...new Set(useful.map(({ collection }) => collection))].map((name) => {
    const members = useful.filter(({ collection }) => collection === name);
    return { members, judged: members.filter(isJudged).length };
  });
  const count = Math.min(most, collections.length, Math.max(2, collections.filter(({ judged }) => judged > 0).length));
  const folds = Array.from({ length: count }, () => ({ tasks: [] as string[], judged: 0 }));
  for (const { members, judged } of collections.sort((a, b) => b.judged - a.judged)) {
    const emptiest = folds.reduce((best, fold) =>
      fold.judged < best.judged || (fold.judged === best.judged && fold.tasks.length < best.tasks.length) ? fold : best,
    );
    emptiest.tasks.push(...members.map(({ id }) => id));
    emptiest.judged += judged;
  }
  return folds.map(({ tasks }) => tasks);
}

/** One member for each fold, trained on the other folds' tasks and judged on its own. Null where training diverged. */
export function crossFit(options: CrossFitOptions): CrossFit | null {
  const { recipe, space, groups, tablesOf, seed, runtime, onProgress = () => {} } = options;
  const folds: RankerFold[] = [];
  const evidence: TaskEvidence[] = [];
  const residuals: number[] = [];
  for (const [fold, group] of groups.entries()) {
    const tables = tablesOf(fold);
    const known = tables.filter(({ id }) => groups.length === 1 || !group.includes(id));
    const held = groups.length === 1 ? [] : tables.filter(({ id }) => group.includes(id));
    // All members start alike, so that they differ by the tasks they saw and by nothing else.
    const member = fitMember(recipe, space, known, seed, runtime);
    const scorer = calibrated(thawScorer(member.scorer, runtime), member.centre, member.scale);
    const scoresOf = (table: TaskTable) =>
      scorer.score(configurationItems(space, table.configurations, recipe.kind), table.mean);
    for (const table of held.filter(isJudged)) {
      const scores = scoresOf(table);
      if (!scores.every(Number.isFinite)) {
        return null;
      }
      residuals.push(squaredResidual(scores, table.standardised));
    }
    evidence.push(...foldEvidence(held, known, scoresOf));
    folds.push({ heldOut: held.map(({ id, mean }) => ({ id, mean: Array.from(mean, sevenDigits) })), member });
    onProgress();
  }
  return { recipe, folds, evidence, residuals };
}

function fitMember(
  recipe: ScorerRecipe,
  space: SearchSpace,
  tables: readonly TaskTable[],
  seed: string,
  runtime: KernelRuntime | undefined,
): RankerMember {
  const { items, lists } = trainingLists(space, tables, recipe);
  const scorer = recipe.fit(items, lists, seed, runtime);
  const unit = recipe.calibrated ? { centre: 0, scale: 1 } : calibration(scorer, space, tables);
  return { scorer: scorer.freeze(), ...unit };
}

/** Every different configuration as an item, and the tables that have something to rank, two trials or more, as lists of them. */
function trainingLists(
  space: SearchSpace,
  tables: readonly TaskTable[],
  { kind }: ScorerRecipe,
): { items: Items; lists: ViewedList[] } {
  const useful = tables.filter(({ scores }) => scores.length > 1);
  const configurations = new Map(
    useful.flatMap(({ configurationIds, configurations }) =>
      configurationIds.map((id, at) => [id, configurations[at]!] as const),
    ),
  );
  const rows = new Map([...configurations.keys()].map((id, row) => [id, row]));
  return {
    items: configurationItems(space, [...configurations.values()], kind),
    lists: useful.map(({ rows: views, mean, configurationIds, standardised }) => ({
      task: Float32Array.from(mean),
      views,
      items: Int32Array.from(configurationIds, (id) => rows.get(id)!),
      labels: standardised,
    })),
  };
}

/** Least squares of standardised trial scores on a scorer's scores, each less its task's mean, so that the scores get a unit. */
function calibration(
  scorer: Scorer,
  space: SearchSpace,
  tables: readonly TaskTable[],
): Pick<RankerMember, 'centre' | 'scale'> {
  const centres: number[] = [];
  let products = 0;
  let squares = 0;
  for (const { configurations, mean, standardised } of tables.filter(({ scores }) => scores.length > 1)) {
    const scores = scorer.score(configurationItems(space, configurations, scorer.kind), Float32Array.from(mean));
    const centre = average(scores);
    scores.forEach((score, at) => {
      products += (score - centre) * standardised[at]!;
      squares += (score - centre) ** 2;
    });
    centres.push(centre);
  }
  return { centre: sevenDigits(average(centres)), scale: squares > 0 ? sevenDigits(products / squares) : 1 };
}

function squaredResidual(scores: Float64Array, standardised: Float64Array): number {
  const centre = average(scores);
  return average(scores.map((score, at) => (score - centre - standardised[at]!) ** 2));
}
