import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Configuration } from '@edgelore/search-space';
import { z } from 'zod';
import { ClientError } from '../errors/client.error.js';

const weights = z.object({ file: z.string(), bytes: z.number(), sha256: z.string() });

const runResult = z.object({
  configurationId: z.string(),
  configuration: z.custom<Configuration>((value) => typeof value === 'object' && value !== null),
  /** The key under which this run is reported, once. */
  reportId: z.string(),
  ap50: z.number(),
  ap75: z.number().nullable(),
  curve: z.array(z.object({ step: z.number(), ap50: z.number() })),
  seconds: z.number(),
  steps: z.number().nullable(),
  backend: z.string(),
  images: z.object({ training: z.number(), heldOut: z.number() }),
  weights: weights.nullable(),
});

const trainingResult = runResult.extend({
  ap75: z.number(),
  precision: z.array(z.number()),
  recall: z.array(z.number()),
  steps: z.number(),
  weights,
});

/** A finished run, whoever trained. */
export type RunResult = z.infer<typeof runResult>;

/** A finished run of Edgelore's own detector. */
export type TrainingResult = z.infer<typeof trainingResult>;

/** Where a run keeps its result. */
export const resultFile = (folder: string): string => path.join(folder, 'result.json');

/**
 * The result of a finished run, or undefined where none has finished.
 * @throws ClientError RUN_DAMAGED when the file is not what was written.
 */
export function readRun(folder: string): Promise<RunResult | undefined> {
  return readAs(runResult, folder);
}

/** The same for a run of Edgelore's own detector. */
export function readResult(folder: string): Promise<TrainingResult | undefined> {
  return readAs(trainingResult, folder);
}

async function readAs<Schema extends z.ZodType>(schema: Schema, folder: string): Promise<z.infer<Schema> | undefined> {
  const file = resultFile(folder);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ClientError('RUN_DAMAGED', {
      file,
      problem: 'is not what this command wrote',
      remedy: `Remove ${folder} to train anew`,
      cause,
    });
  }
}
