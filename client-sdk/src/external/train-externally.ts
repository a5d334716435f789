import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { configurationId } from '@edgelore/search-space';
import type { z } from 'zod';
import type { Dataset, DatasetItem } from '../dataset/dataset.js';
import { ClientError } from '../errors/client.error.js';
import { writeWhole } from '../files/write-whole.js';
import { splitItems } from '../train/dataset-images.js';
import { type RunResult, readRun, resultFile } from '../train/run-result.js';
import { shippedWeightsFile } from '../train/shipped-weights.js';
import type { TrainOptions } from '../train/train-on-dataset.js';
import type { ExternalTrainer } from './external-trainer.js';
import { runTrainer } from './run-trainer.js';
import {
  configOf,
  TRAINER_FORMAT,
  type TrainerData,
  type TrainerOut,
  type TrainerProgress,
  trainerOut,
} from './trainer-contract.js';

export interface ExternalTrainOptions
  extends Pick<TrainOptions, 'dataset' | 'configuration' | 'budget' | 'seed' | 'folder' | 'signal'> {
  readonly trainer: ExternalTrainer;
  readonly onProgress?: (progress: TrainerProgress) => void;
  /** Told every other line that the trainer prints. */
  readonly onLine?: (line: string) => void;
}

/**
 * Trains a configuration with the owner's own program (docs/external-trainer.md). A finished run found in `folder` is returned as it is; otherwise the
 * program starts, and may go on from whatever it left beside `{out}`.
 *
 * @throws ClientError TRAINER_INVALID, TRAINER_FAILED; TRAINER_ANSWER_INVALID naming file and field of the result; INTERRUPTED, RUN_DAMAGED, DISK_FULL,
 * NOT_WRITABLE, TOO_FEW_IMAGES, NO_FACES. Nothing of a run that failed is kept as a result.
 */
export async function trainExternally(options: ExternalTrainOptions): Promise<RunResult> {
  const { dataset, configuration, seed, folder, trainer, signal } = options;
  const finished = await readRun(folder);
  if (finished) return finished;
  const split = splitItems(dataset, seed);
  const files = {
    config: path.join(folder, 'config.json'),
    data: path.join(folder, 'data.json'),
    out: path.join(folder, 'out.json'),
  };
  const start = configuration.values.start === 'shipped' ? shippedWeightsFile : null;
  const data: TrainerData = {
    format: TRAINER_FORMAT,
    training: split.training.map((item) => imageOf(dataset, item)),
    heldOut: split.heldOut.map((item) => imageOf(dataset, item)),
  };
  await writeWhole(files.config, JSON.stringify(configOf(options, start), null, 1));
  await writeWhole(files.data, JSON.stringify(data, null, 1));
  // What an earlier attempt wrote before it failed is no result of this one.
  await rm(files.out, { force: true });
  await runTrainer({
    words: trainer.wordsFor(files),
    folder,
    onProgress: (progress) => options.onProgress?.(progress),
    onLine: (line) => options.onLine?.(line),
    ...(signal && { signal }),
  });
  const out = await readOut(files.out);
  const result: RunResult = {
    configurationId: configurationId(configuration),
    configuration,
    reportId: randomUUID(),
    ap50: out.ap50,
    ap75: out.ap75 ?? null,
    curve: out.curve,
    seconds: out.seconds,
    steps: out.steps ?? null,
    backend: 'external',
    images: { training: split.training.length, heldOut: split.heldOut.length },
    weights: out.weights == null ? null : await weightsOf(out.weights, files.out),
  };
  await writeWhole(resultFile(folder), JSON.stringify(result));
  return result;
}

function imageOf({ root }: Dataset, { file, width, height, boxes, ignore, group }: DatasetItem) {
  return {
    file: path.join(root, file),
    width,
    height,
    boxes: boxes.map(([x, y, w, h]): [number, number, number, number] => [x, y, w, h]),
    ignore: ignore.map(([x, y, w, h]): [number, number, number, number] => [x, y, w, h]),
    ...(group !== undefined && { group }),
  };
}

async function readOut(file: string): Promise<TrainerOut> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw answerInvalid(file, 'the trainer ended well and did not write this file', cause);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw answerInvalid(file, 'is no JSON', cause);
  }
  const read = trainerOut.safeParse(json);
  if (read.success) return read.data;
  throw answerInvalid(file, sayIssue(read.error), read.error);
}

function sayIssue({ issues }: z.ZodError): string {
  const [issue] = issues;
  const field = issue?.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return `${field ? `${field.replace(/^\./, '')}: ` : ''}${issue?.message ?? 'is not as agreed'}`;
}

async function weightsOf(named: string, out: string): Promise<NonNullable<RunResult['weights']>> {
  const file = path.resolve(path.dirname(out), named);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw answerInvalid(out, `weights: ${file} is no file`);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return { file, bytes: found.size, sha256: hash.digest('hex') };
}

function answerInvalid(file: string, problem: string, cause?: unknown): ClientError {
  return new ClientError('TRAINER_ANSWER_INVALID', {
    file,
    problem,
    remedy: 'Nothing of this run was reported. See docs/external-trainer.md for what a trainer writes',
    cause,
  });
}
