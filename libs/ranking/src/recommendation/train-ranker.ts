import type { Alignment, Description, ExtractorVersion } from '@edgelore/descriptors';
import type { KernelRuntime } from '@edgelore/kernels';
import { faceDetectorSpace, type SearchSpace } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { RankingError } from '../ranking.error.js';
import { sevenDigits } from '../scorers/bilinear/score-network.js';
import { chooseScorer } from './choose-scorer.js';
import { featureWidth } from './configuration-features.js';
import { type CrossFit, type CrossFitOptions, crossFit, splitFolds } from './cross-fit.js';
import { chooseStrategy } from './evidence.js';
import { average, type ExperienceTask, experienceHash, type TaskTable, taskTables } from './experience.js';
import { familiarityOf } from './familiarity.js';
import type { RankerVersion, ScorerTrial } from './ranker-version.js';
import { type ScorerRecipe, scorerRecipes } from './scorer-recipe.js';
import { considerExtractor, type ProposedExtractor, updateExtractor } from './update-extractor.js';

/** Members of the ensemble, and folds of the gate, at most. */
const MOST_FOLDS = 8;

export interface TrainRankerOptions {
  readonly seed: number | string;
  /** The current extractor; every task's description must be by it. */
  readonly extractor: ExtractorVersion;
  readonly tasks: readonly ExperienceTask[];
  /** An extractor to consider in place of training one here. */
  readonly proposed?: ProposedExtractor | undefined;
  readonly space?: SearchSpace;
  /** Kernels, without which no network is tried; the same on every machine only if started with `fused: false`. */
  readonly runtime?: KernelRuntime | undefined;
  /** Called with the phase and the share of the work done, 0 to 1. */
  readonly onProgress?: (phase: 'ranker' | 'extractor', fraction: number) => void;
}

/** A candidate: plain JSON throughout. */
export interface TrainedModel {
  readonly extractor: ExtractorVersion;
  readonly ranker: RankerVersion;
  /** Carries old descriptions to the new extractor; null when the extractor stayed. */
  readonly alignment: Alignment | null;
  /** Every task's description under `extractor`: made afresh from the images of open tasks, aligned for all others. */
  readonly descriptions: readonly { readonly id: string; readonly description: Description }[];
  readonly metrics: Readonly<Record<string, number>>;
  /** What became of the proposed extractor; null when none was. */
  readonly proposal: { readonly taken: boolean; readonly reason: string } | null;
}

/**
 * Trains the next ranker, and the next extractor where open tasks show out of fold that one is worth it. The same input and seed give
 * the same artefacts bit for bit, whatever the order of tasks and trials.
 *
 * The ensemble is cross-fitted: member k never saw the tasks of fold k. So spread, evidence and gate come from the trained artefact
 * itself. From four judged tasks on every kind of scorer is tried on the same folds (bilinear, trees and, with kernels, perceptron and
 * graph ranker), and a more complex one is taken where it is clearly better on tasks that it never saw.
 *
 * @throws RankingError `TOO_LITTLE_EXPERIENCE` unless some task has two different configurations; `INVALID_EXPERIENCE` for scores
 * outside [0, 1], repeated ids, or a description by another extractor.
 *
 * @example
 * ```ts
 * import { BASE_DIMENSION, EXTRACTOR_DIMENSION, initialExtractor } from '@edgelore/descriptors';
 * import { faceDetectorSpace, sampleConfigurations } from '@edgelore/search-space';
 * import { seededRandom } from '@edgelore/tensor';
 *
 * const random = seededRandom('made up');
 * const vector = (length: number) => Float32Array.from({ length }, () => random.normal());
 * const extractor = initialExtractor(1, Array.from({ length: 40 }, () => vector(BASE_DIMENSION)));
 * const configurations = sampleConfigurations(faceDetectorSpace, 6, random);
 * const tasks = ['portraits', 'crowds', 'night'].map((id) => ({
 *   id,
 *   description: {
 *     extractorVersion: extractor.version,
 *     extractorHash: extractor.hash,
 *     dimension: EXTRACTOR_DIMENSION,
 *     rows: [[...vector(EXTRACTOR_DIMENSION)]],
 *     images: 32,
 *     batchSize: 32,
 *   },
 *   trials: configurations.map((configuration) => ({ configuration, score: Number(configuration.values.inputSize) / 400 })),
 * }));
 *
 * const { ranker } = trainRanker({ seed: 1, extractor, tasks });
 * gate({ candidate: ranker, current: null, experience: tasks }).verdict; // => 'promote'
 * const { description } = tasks[0]!;
 * const thawed = thawRanker(ranker);
 * rank(thawed, description, new Choices(faceDetectorSpace, configurations)).length; // => 6
 * const recommender = new Recommender({ ranker: thawed, experience: tasks, seed: 1, sample: 100 });
 * recommender.recommend({ description, count: 3 }).length; // => 3
 * ```
 */
export function trainRanker(options: TrainRankerOptions): TrainedModel {
  const { extractor, tasks, space = faceDetectorSpace, runtime, proposed, onProgress = () => {} } = options;
  const foreign = tasks.find(({ description }) => description.extractorHash !== extractor.hash);
  if (foreign) {
    throw new RankingError(
      'INVALID_EXPERIENCE',
      `Task ${foreign.id} was described by extractor ${foreign.description.extractorVersion}, not by version ${extractor.version}; align it first.`,
    );
  }
  const tables = taskTables(space, tasks);
  if (!tables.some(({ scores }) => scores.length > 1)) {
    throw new RankingError(
      'TOO_LITTLE_EXPERIENCE',
      'No task has trials of two different configurations, so there is nothing to rank; report more trials first.',
    );
  }
  const seed = `${options.seed}`;
  const random = seededRandom(seed);
  const { update, reason } = proposed
    ? considerExtractor(space, tasks, tables, extractor, proposed, random.fork('extractor'), seed)
    : {
        update: updateExtractor(space, tasks, tables, extractor, random.fork('extractor'), seed, (fraction) =>
          onProgress('extractor', fraction * 0.7),
        ),
        reason: '',
      };
  const finalTables = update?.tables ?? tables;
  const recipes = scorerRecipes(space, finalTables, runtime);
  const groups = splitFolds(finalTables, MOST_FOLDS);
  const judging = update ? { groups: update.groups, tablesOf: (fold: number) => update.views[fold]! } : null;
  const answering = { groups, tablesOf: () => finalTables };
  const work = groups.length + recipes.length * (judging ?? answering).groups.length;
  let done = 0;
  onProgress('ranker', 0.7);
  const cross = (recipe: ScorerRecipe, seen: Pick<CrossFitOptions, 'groups' | 'tablesOf'>) =>
    crossFit({
      recipe,
      space,
      ...seen,
      seed,
      runtime,
      onProgress: () => {
        done += 1;
        onProgress('ranker', 0.7 + (0.3 * done) / work);
      },
    });
  const fits = recipes.flatMap((recipe) => cross(recipe, judging ?? answering) ?? []);
  const judged = fits.length > 0 ? chooseScorer(fits) : null;
  const members = judged && judging ? cross(judged.recipe, answering) : judged;
  if (!judged || !members) {
    throw new RankingError(
      'INVALID_EXPERIENCE',
      'Training diverged on this experience; look for scores or descriptions that are far off.',
    );
  }
  const next = update?.extractor ?? extractor;
  const ranker: RankerVersion = {
    format: 'ranker/2',
    space: space.id,
    extractor: { version: next.version, hash: next.hash },
    scorer: judged.recipe.kind,
    loss: judged.recipe.loss,
    tried: fits.filter(({ evidence }) => evidence.length > 0).map(scorerTrial),
    members: members.folds.map(({ member }) => member),
    folds: judged.folds,
    familiarity: familiarityOf(triedFeatures(finalTables), featureWidth(space)).map((row) => row.map(sevenDigits)),
    residual: judged.residuals.length > 0 ? sevenDigits(Math.sqrt(average(judged.residuals))) : 1,
    evidence: judged.evidence,
    strategy: chooseStrategy(judged.evidence),
    training: {
      seed,
      dataHash: experienceHash(tasks),
      tasks: tasks.length,
      trials: tasks.reduce((total, task) => total + task.trials.length, 0),
      extractorUpdated: update !== null,
    },
  };
  onProgress('ranker', 1);
  return {
    extractor: next,
    ranker,
    alignment: update?.alignment ?? null,
    descriptions: update?.descriptions ?? tasks.map(({ id, description }) => ({ id, description })),
    metrics: metricsOf(ranker, update?.alignment ?? null),
    proposal: proposed ? { taken: update !== null, reason } : null,
  };
}

/** Features of every different configuration, in an order that input order cannot change. */
function triedFeatures(tables: readonly TaskTable[]): Float64Array[] {
  const tried = new Map(
    tables.flatMap(({ configurationIds, features }) => configurationIds.map((id, at) => [id, features[at]!])),
  );
  return [...tried].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function scorerTrial({ recipe, evidence }: CrossFit): ScorerTrial {
  return {
    scorer: recipe.kind,
    loss: recipe.loss,
    ndcg10: sevenDigits(average(evidence.map(({ ndcg10 }) => ndcg10.ranker))),
    regret1: sevenDigits(average(evidence.map(({ regret1 }) => regret1.ranker))),
  };
}

function metricsOf(ranker: RankerVersion, alignment: Alignment | null): Record<string, number> {
  const { evidence, training, residual } = ranker;
  return {
    tasks: training.tasks,
    trials: training.trials,
    judgedTasks: evidence.length,
    residual,
    ...(evidence.length > 0 && {
      ndcg10: sevenDigits(average(evidence.map(({ ndcg10 }) => ndcg10.ranker))),
      regret1: sevenDigits(average(evidence.map(({ regret1 }) => regret1.ranker))),
      regret1NearestTasks: sevenDigits(average(evidence.map(({ regret1 }) => regret1['nearest-tasks']))),
      regret1Portfolio: sevenDigits(average(evidence.map(({ regret1 }) => regret1['cold-portfolio']))),
    }),
    ...Object.fromEntries(
      ranker.tried.flatMap(({ scorer, ndcg10, regret1 }) => [
        [`${scorer}.ndcg10`, ndcg10],
        [`${scorer}.regret1`, regret1],
      ]),
    ),
    ...(alignment && { alignmentR2: sevenDigits(alignment.r2) }),
  };
}
