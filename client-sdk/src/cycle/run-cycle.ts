import path from 'node:path';
import type { TrainingBudget } from '@edgelore/detection';
import type { Guarantee } from '@edgelore/privacy';
import { type Configuration, faceDetectorSpace, parseConfiguration } from '@edgelore/search-space';
import { type BaselineResult, evaluateBaselines } from '../baseline/evaluate-baselines.js';
import { judgeDetections } from '../baseline/judge-detections.js';
import type { Dataset } from '../dataset/dataset.js';
import { throwIfAborted } from '../errors/client.error.js';
import type { ExternalTrainer } from '../external/external-trainer.js';
import type { ExpectedRegret, Explanation, TrainingStatus } from '../platform/answers.js';
import { type Limits, type PlatformClient, PlatformRefusal } from '../platform/platform-client.js';
import { datasetImages, splitItems } from '../train/dataset-images.js';
import { type Advice, adviseTraining } from './advice.js';
import type { CycleProgress } from './cycle-progress.js';
import { type DescribeOnceOptions, describeOnce } from './describe-once.js';
import { reportRun } from './report-run.js';
import { TaskFolder } from './task-folder.js';
import { trainRun } from './train-run.js';

export interface CycleOptions {
  readonly dataset: Dataset;
  readonly client: PlatformClient;
  /** Folder in which this machine remembers its tasks and runs. */
  readonly home: string;
  /** Name of the task at the platform, never taken from the folder or its files; the first one given stays. */
  readonly name?: string | undefined;
  readonly trials: number;
  /** Ask the platform for new recommendations, where the last ones would be gone on with. */
  readonly anew?: boolean;
  readonly budget: TrainingBudget;
  readonly seed: number;
  /** File of what a detector that the owner already has found on these images, judged beside the ready-made ones. */
  readonly detections?: string | undefined;
  /** The owner's own program, where it trains in place of Edgelore. */
  readonly trainer?: ExternalTrainer | undefined;
  readonly limits: Limits;
  /** What the description is to keep: noise is added to it. As it was made before, or without noise, when left out. */
  readonly guarantee?: Guarantee | undefined;
  readonly progress: CycleProgress;
  readonly signal?: AbortSignal;
}

export interface RecommendedItem {
  readonly rank: number;
  readonly score: number;
  readonly spread: number;
  readonly reason: string;
  readonly configurationId: string;
  readonly configuration: Configuration;
  readonly cost: { readonly macs: number; readonly parameters: number; readonly bytes: number };
  /** Null in answers of old. */
  readonly explanation: Explanation | null;
}

export interface RecommendedTask {
  readonly taskId: string;
  readonly modelVersion: number;
  readonly description: { readonly dim: number; readonly images: number; readonly bytes_sent: number };
  readonly recommendations: readonly RecommendedItem[];
  readonly neighbours: readonly {
    readonly name: string | null;
    readonly distance: number;
    readonly bestScore: number | null;
  }[];
  /** By the platform's own evidence; null where it has none yet. */
  readonly expectedRegret: ExpectedRegret | null;
}

export interface CycleResult extends Omit<RecommendedTask, 'modelVersion' | 'taskId'> {
  readonly task: string;
  readonly baselines: readonly BaselineResult[];
  readonly advice: Advice;
  readonly trials: readonly {
    readonly configuration: Configuration;
    readonly ap50: number;
    readonly ap75: number | null;
    readonly seconds: number;
    readonly steps: number | null;
    readonly curve: readonly { readonly step: number; readonly ap50: number }[];
    readonly weights: string | null;
  }[];
  readonly model: { readonly before: number; readonly after: number; readonly verdict: string | null };
}

const RECOMMENDED = 5;
const STATUS_INTERVAL_MS = 500;
const LONGEST_WAIT_MS = 15 * 60_000;

export type SubmitOptions = DescribeOnceOptions & Pick<CycleOptions, 'name'>;

/** Describes and submits. */
export async function submitTask(
  options: SubmitOptions,
  memory: TaskFolder,
): Promise<Pick<RecommendedTask, 'taskId' | 'description'>> {
  const { client, progress } = options;
  const name = await memory.nameOnce(options.name);
  if (options.name !== undefined && options.name !== name) progress.line(`the platform knows this task as "${name}"`);
  const isRemembered = memory.description !== undefined;
  const description = await describeOnce(options, memory);
  if (memory.protection === undefined) await memory.chargeUnprotected('description');
  const { clientKey, protection } = memory;
  const sentBefore = client.bytesSent;
  let id: string;
  try {
    ({ id } = await client.submitDescription({ clientKey, name, description, noise: protection }));
  } catch (error) {
    if (!(isRemembered && error instanceof PlatformRefusal && error.reason === 'UNKNOWN_EXTRACTOR')) throw error;
    progress.line('this platform does not know the extractor of the description made before: describing anew');
    const guarantee = options.guarantee ?? memory.protection;
    await memory.forget();
    return submitTask({ ...options, guarantee }, memory);
  }
  const bytes = client.bytesSent - sentBefore;
  return { taskId: id, description: { dim: description.dimension, images: description.images, bytes_sent: bytes } };
}

/**
 * Describes, submits, asks for configurations.
 *
 * @param clientKey asking again under the same key gives the first answer again, whatever the platform has learned meanwhile.
 */
export async function recommendFor(
  options: SubmitOptions & Pick<CycleOptions, 'limits'> & { readonly count?: number | undefined },
  memory: TaskFolder,
  clientKey?: string,
): Promise<RecommendedTask> {
  const { client, limits, count = RECOMMENDED } = options;
  const submitted = await submitTask(options, memory);
  const { modelVersion, items, neighbours, expectedRegret } = await client.recommend({
    taskId: submitted.taskId,
    count,
    limits,
    ...(clientKey !== undefined && { clientKey }),
  });
  return {
    ...submitted,
    modelVersion,
    recommendations: items.map((item) => ({
      ...item,
      configuration: parseConfiguration(faceDetectorSpace, item.configuration),
    })),
    neighbours,
    expectedRegret,
  };
}

/**
 * A dataset owner's whole cycle: describe, recommend, baselines, train, report, wait until the platform has learned from it.
 * Stopped at any point and started again it goes on where it was: it asks under the key of its first question and is given the
 * same configurations, and reports carry keys, so none counts twice.
 */
export async function runCycle(options: CycleOptions): Promise<CycleResult> {
  const { dataset, client, progress, budget, seed, trainer, signal } = options;
  const { heldOut } = splitItems(dataset, seed);
  const own = options.detections === undefined ? [] : [await judgeDetections(options.detections, heldOut)];
  const memory = await TaskFolder.open(options.home, dataset);
  if (options.anew) await memory.beginRound();
  const {
    taskId,
    modelVersion: before,
    ...recommended
  } = await recommendFor(options, memory, memory.recommendationKey(options.limits));
  const baselines = [...own, ...(await evaluateBaselines(datasetImages(dataset, heldOut, 320)))];
  for (const { name, ap50 } of baselines)
    progress.line(`as it is: ${name} reaches AP50 ${ap50.toFixed(3)} on ${heldOut.length} held-out images`);
  const advice = adviseTraining(
    baselines,
    recommended.neighbours.map(({ bestScore }) => bestScore),
  );
  progress.line(`training is ${advice.train ? '' : 'not '}advised: ${advice.because}`);

  const trials: CycleResult['trials'][number][] = [];
  for (const { configuration, configurationId } of recommended.recommendations.slice(0, options.trials)) {
    const result = await trainRun({
      dataset,
      configuration,
      budget,
      seed,
      folder: memory.runFolder(configurationId, budget, seed, trainer),
      trainer,
      progress,
      ...(signal && { signal }),
    });
    await reportRun(client, taskId, result);
    trials.push({
      configuration,
      ap50: result.ap50,
      ap75: result.ap75,
      seconds: result.seconds,
      steps: result.steps,
      curve: result.curve,
      weights: result.weights && path.relative(process.cwd(), result.weights.file),
    });
  }
  const status = await afterTraining(options);
  return {
    task: taskId,
    ...recommended,
    baselines,
    advice,
    trials,
    model: { before, after: status.currentModel, verdict: status.lastRun?.reason ?? null },
  };
}

/** Waits until the platform has learned from what was reported. */
async function afterTraining({ client, dataset, progress, signal }: CycleOptions): Promise<TrainingStatus> {
  const bar = progress.progress('learn', '%');
  const begun = performance.now();
  for (;;) {
    throwIfAborted(signal, dataset.root);
    const status = await client.trainingStatus();
    const idle = status.pending === 0 && !status.running;
    if (idle || performance.now() - begun > LONGEST_WAIT_MS) {
      bar.end(status.lastRun ? `${status.lastRun.state.toLowerCase()}: ${status.lastRun.reason ?? ''}` : '');
      return status;
    }
    if (status.lastRun?.state === 'RUNNING')
      bar.update(Math.round(status.lastRun.progress * 100), 100, status.lastRun.phase);
    await new Promise((done) => setTimeout(done, STATUS_INTERVAL_MS));
  }
}
