import { createHash } from 'node:crypto';
import type { Description } from '@edgelore/descriptors';
import { type Configuration, configurationId, type SearchSpace } from '@edgelore/search-space';
import { RankingError } from '../ranking.error.js';
import { configurationFeatures } from './configuration-features.js';

/** One configuration trained on a task; `score` in [0, 1], higher is better. */
export interface Trial {
  readonly configuration: Configuration;
  readonly score: number;
}

/** What is known of one past task. */
export interface ExperienceTask {
  readonly id: string;
  readonly description: Description;
  /** Tasks of one collection share pictures or where they come from, so that none is judged by what learnt from another; the task alone when left out. */
  readonly collection?: string | null;
  /** Base descriptors of the images, [Dx] each; only of open tasks, whose images the platform may use. */
  readonly base?: readonly Float32Array[] | null;
  readonly trials: readonly Trial[];
}

/** A task as the learners use it: repeated trials of a configuration averaged, everything in an order that input order cannot change. */
export interface TaskTable {
  readonly id: string;
  readonly collection: string;
  /** Batch means, [M, d]. */
  readonly rows: readonly (readonly number[])[];
  /** Their mean, [d]. */
  readonly mean: Float64Array;
  readonly configurations: readonly Configuration[];
  readonly configurationIds: readonly string[];
  /** [n][F] */
  readonly features: readonly Float64Array[];
  /** Raw scores, [n]. */
  readonly scores: Float64Array;
  /** Scores less their mean, over their deviation shrunk towards that of all tasks, [n]. */
  readonly standardised: Float64Array;
}

/** Trials that the pooled deviation counts for when a task's own is estimated. */
const DEVIATION_PRIOR = 4;

/** Deviation assumed where no task shows any. */
const LEAST_DEVIATION = 1e-3;

/** A task needs this many different configurations before a ranking of them is judged. */
export const JUDGED_TRIALS = 5;

/**
 * Checks and orders the experience.
 * @throws RankingError `INVALID_EXPERIENCE` for a score outside [0, 1], two tasks of one id, no rows, or rows of different dimension.
 * @throws InvalidConfigurationError for a configuration of another space.
 *
 * @example
 * ```ts
 * import { defaultConfiguration, faceDetectorSpace } from '@edgelore/search-space';
 *
 * const configuration = defaultConfiguration(faceDetectorSpace);
 * const description = { extractorVersion: 1, extractorHash: 'any', dimension: 2, rows: [[0, 1], [1, 0]], images: 64, batchSize: 32 };
 * const trials = [{ configuration, score: 0.7 }, { configuration, score: 0.8 }];
 * // Repeats of a configuration are averaged.
 * taskTables(faceDetectorSpace, [{ id: 'one', description, trials }])[0]!.scores; // => Float64Array.of(0.75)
 * ```
 */
export function taskTables(space: SearchSpace, tasks: readonly ExperienceTask[]): TaskTable[] {
  const raw = [...tasks]
    .sort((a, b) => compareText(a.id, b.id))
    .map((task, index, sorted) => {
      if (index > 0 && sorted[index - 1]!.id === task.id) {
        throw new RankingError('INVALID_EXPERIENCE', `Task ${task.id} comes twice; pass each task once.`);
      }
      const rows = checkedRows(task, sorted[0]!.description.rows[0]?.length ?? 0);
      const merged = mergeTrials(task);
      return {
        id: task.id,
        collection: task.collection ?? task.id,
        rows,
        mean: meanOf(rows),
        configurations: merged.map(({ configuration }) => configuration),
        configurationIds: merged.map(({ id }) => id),
        features: merged.map(({ configuration }) => configurationFeatures(space, configuration)),
        scores: Float64Array.from(merged, ({ score }) => score),
      };
    });
  const deviations = raw.map(({ scores }) => sumOfSquares(scores));
  const freedom = raw.reduce((total, { scores }) => total + Math.max(0, scores.length - 1), 0);
  const pooled = Math.max(LEAST_DEVIATION ** 2, deviations.reduce((a, b) => a + b, 0) / Math.max(1, freedom));
  return raw.map((task, index) => {
    const freedomHere = Math.max(0, task.scores.length - 1);
    const variance = (deviations[index]! + DEVIATION_PRIOR * pooled) / (freedomHere + DEVIATION_PRIOR);
    const centre = average(task.scores);
    return { ...task, standardised: task.scores.map((score) => (score - centre) / Math.sqrt(variance)) };
  });
}

/** Whether a ranking of the task's trials says anything: enough different configurations, and scores that differ. */
export function isJudged(task: TaskTable): boolean {
  return task.scores.length >= JUDGED_TRIALS && task.scores.some((score) => score !== task.scores[0]);
}

/**
 * SHA-256 over tasks, descriptions and trials; the same whatever their order.
 *
 * @example
 * ```ts
 * experienceHash([]).length; // => 64
 * ```
 */
export function experienceHash(tasks: readonly ExperienceTask[]): string {
  const content = [...tasks]
    .sort((a, b) => compareText(a.id, b.id))
    .map(({ id, description, trials }) => [
      id,
      description.extractorHash,
      description.rows,
      trials.map(({ configuration, score }) => `${configurationId(configuration)}=${score}`).sort(),
    ]);
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** Mean of the rows, [d]. */
export function meanOf(rows: readonly ArrayLike<number>[]): Float64Array {
  const mean = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) {
    for (let index = 0; index < mean.length; index += 1) {
      mean[index]! += row[index]! / rows.length;
    }
  }
  return mean;
}

/** Mean of the numbers; 0 of none. */
export function average(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index += 1) {
    total += values[index]!;
  }
  return values.length > 0 ? total / values.length : 0;
}

function mergeTrials(task: ExperienceTask): { id: string; configuration: Configuration; score: number }[] {
  const merged = new Map<string, { configuration: Configuration; scores: number[] }>();
  task.trials.forEach(({ configuration, score }, index) => {
    if (!(score >= 0 && score <= 1)) {
      throw new RankingError(
        'INVALID_EXPERIENCE',
        `Trial ${index} of task ${task.id} has the score ${score}; scores lie between 0 and 1.`,
      );
    }
    const id = configurationId(configuration);
    const entry = merged.get(id) ?? { configuration, scores: [] };
    entry.scores.push(score);
    merged.set(id, entry);
  });
  return [...merged]
    .sort(([a], [b]) => compareText(a, b))
    .map(([id, { configuration, scores }]) => ({ id, configuration, score: average(scores.sort((a, b) => a - b)) }));
}

function checkedRows(task: ExperienceTask, dimension: number): readonly (readonly number[])[] {
  const { rows } = task.description;
  if (rows.length === 0 || dimension === 0) {
    throw new RankingError(
      'INVALID_EXPERIENCE',
      `The description of task ${task.id} has no rows; describe its images first.`,
    );
  }
  if (rows.some((row) => row.length !== dimension || !row.every(Number.isFinite))) {
    throw new RankingError(
      'INVALID_EXPERIENCE',
      `The description of task ${task.id} must have rows of ${dimension} finite numbers, like the other tasks'.`,
    );
  }
  // Row order is the owner's shuffle; sorting makes training independent of it.
  return [...rows].sort(compareRows);
}

function compareRows(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

function sumOfSquares(values: Float64Array): number {
  const centre = average(values);
  return values.reduce((total, value) => total + (value - centre) ** 2, 0);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
