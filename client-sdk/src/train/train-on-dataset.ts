import { createHash, randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  averagePrecision,
  type DetectorWeights,
  encodeWeights,
  evaluateDetector,
  type TrainingBudget,
  TrainingError,
  type TrainingProgress,
  trainDetector,
} from '@edgelore/detection';
import { type Configuration, configurationId } from '@edgelore/search-space';
import { startTensorEngine, TensorMemoryError } from '@edgelore/tensor';
import type { Dataset } from '../dataset/dataset.js';
import { ClientError } from '../errors/client.error.js';
import { writeWhole } from '../files/write-whole.js';
import { datasetImages, splitItems } from './dataset-images.js';
import { readResult, resultFile, type TrainingResult } from './run-result.js';
import { shippedWeights } from './shipped-weights.js';

export interface TrainOptions {
  readonly dataset: Dataset;
  readonly configuration: Configuration;
  readonly budget: TrainingBudget;
  readonly seed: number;
  /** Where checkpoint, weights and result go; a run found there is gone on with, a finished one is returned as it is. */
  readonly folder: string;
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly signal?: AbortSignal;
}

/** The largest picture that the search space looks at. */
const MAX_SIDE = 320;
/** What a killed run loses at most; a checkpoint takes milliseconds to write. */
const CHECKPOINT_SECONDS = 10;
/** Looks at the held-out images before the last, for the learning curve. */
const LOOKS = 4;

/**
 * Trains a configuration on this machine and evaluates it on the held-out images.
 *
 * @throws ClientError TRAINING_FAILED (the loss is no number), RUN_DAMAGED, DISK_FULL, NOT_WRITABLE, INTERRUPTED, NO_FACES.
 */
export async function trainOnDataset(options: TrainOptions): Promise<TrainingResult> {
  const { dataset, configuration, folder } = options;
  const finished = await readResult(folder);
  if (finished) return finished;
  const backend = await startTensorEngine();
  const split = splitItems(dataset, options.seed);
  const training = datasetImages(dataset, split.training, MAX_SIDE);
  const heldOut = datasetImages(dataset, split.heldOut, MAX_SIDE);
  const checkpointFile = path.join(folder, 'checkpoint.bin');
  const resume = await readFile(checkpointFile).catch(() => undefined);
  const initialWeights = configuration.values.start === 'shipped' ? await requireShipped() : undefined;
  const trained = await trainDetector({
    configuration,
    images: training,
    budget: options.budget,
    seed: options.seed,
    now: () => performance.now(),
    checkpoint: { every: CHECKPOINT_SECONDS, save: (bytes) => writeWhole(checkpointFile, bytes) },
    validate: { images: heldOut, times: LOOKS },
    ...(resume && { resume }),
    ...(initialWeights && { initialWeights }),
    ...(options.onProgress && { onProgress: options.onProgress }),
    ...(options.signal && { signal: options.signal }),
  }).catch((error: unknown) => {
    throw clientError(error, folder);
  });
  try {
    const evaluation = await evaluateDetector(trained.detector, heldOut);
    const bytes = encodeWeights(trained.detector.exportWeights());
    const weightsFile = path.join(folder, 'weights.bin');
    await writeWhole(weightsFile, bytes);
    const result: TrainingResult = {
      configurationId: configurationId(configuration),
      configuration,
      reportId: randomUUID(),
      ap50: evaluation.ap,
      ap75: averagePrecision(evaluation.perImage, { iou: 0.75 }).ap,
      curve: [...trained.curve, { step: trained.steps, ap50: evaluation.ap }],
      precision: [...evaluation.precision],
      recall: [...evaluation.recall],
      seconds: trained.seconds,
      steps: trained.steps,
      backend,
      images: { training: split.training.length, heldOut: split.heldOut.length },
      weights: { file: weightsFile, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
    };
    await writeWhole(resultFile(folder), JSON.stringify(result));
    await rm(checkpointFile, { force: true });
    return result;
  } finally {
    trained.detector.dispose();
  }
}

async function requireShipped(): Promise<DetectorWeights> {
  const weights = await shippedWeights();
  if (weights !== undefined) return weights;
  throw new ClientError('TRAINING_FAILED', {
    file: 'client-sdk/weights',
    problem: 'the configuration starts from the shipped detector, which this installation lacks',
    remedy: 'Install Edgelore again or train a configuration that starts from scratch',
  });
}

function clientError(error: unknown, folder: string): unknown {
  if (error instanceof TensorMemoryError) {
    return new ClientError('TRAINING_FAILED', {
      file: folder,
      problem: error.message,
      remedy:
        'Train a configuration with a smaller batch or inputSize, or install native TensorFlow with `npm run setup:native`',
      cause: error,
    });
  }
  if (!(error instanceof TrainingError)) return error;
  switch (error.code) {
    case 'ABORTED':
      return new ClientError('INTERRUPTED', {
        file: folder,
        problem: 'training stopped on request',
        remedy: 'Run the same command again; it goes on from the last checkpoint',
        cause: error,
      });
    case 'FOREIGN_CHECKPOINT':
    case 'BROKEN_CHECKPOINT':
      return new ClientError('RUN_DAMAGED', {
        file: folder,
        problem: error.message,
        remedy: 'Remove this folder to train anew',
        cause: error,
      });
    default:
      return new ClientError('TRAINING_FAILED', {
        file: folder,
        problem: error.message,
        remedy: 'Train another of the recommended configurations',
        cause: error,
      });
  }
}
