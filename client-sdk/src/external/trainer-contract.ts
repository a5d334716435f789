import { configurationId } from '@edgelore/search-space';
import { z } from 'zod';
import type { TrainOptions } from '../train/train-on-dataset.js';

/** docs/external-trainer.md describes these files for people, docs/external-trainer.schema.json for programs. */
export const TRAINER_FORMAT = 'edgelore-trainer/1';

const LONGEST_CURVE = 1000;
const precision = z.number().min(0).max(1);
const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const image = z.object({
  file: z.string(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  boxes: z.array(box),
  ignore: z.array(box),
  group: z.string().optional(),
});

/** `{config}`: what to train. */
export const trainerConfig = z.object({
  format: z.literal(TRAINER_FORMAT),
  configuration: z.object({
    id: z.string(),
    space: z.string(),
    values: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  budget: z.union([z.object({ seconds: z.number().positive() }), z.object({ steps: z.number().int().positive() })]),
  seed: z.number().int(),
  startingWeights: z.string().nullable(),
});

/** `{data}`: the images of both sides of the split. */
export const trainerData = z.object({
  format: z.literal(TRAINER_FORMAT),
  training: z.array(image),
  heldOut: z.array(image),
});

/** `{out}`: what the trainer reached. */
export const trainerOut = z
  .object({
    ap50: precision,
    ap75: precision.nullish(),
    curve: z
      .array(z.object({ step: z.number().int().min(0), ap50: precision }))
      .max(LONGEST_CURVE)
      .refine((points) => points.every(({ step }, at) => at === 0 || step > (points[at - 1]?.step ?? 0)), {
        error: 'its steps must rise',
      })
      .default([]),
    seconds: z.number().positive(),
    steps: z.number().int().positive().nullish(),
    weights: z.string().min(1).nullish(),
  })
  .strict();

/** A line of the trainer's standard output that says how far it is. */
export const trainerProgress = z.object({ progress: precision, ap50: precision.optional() });

export type TrainerConfig = z.infer<typeof trainerConfig>;
export type TrainerData = z.infer<typeof trainerData>;
export type TrainerOut = z.infer<typeof trainerOut>;
export type TrainerProgress = z.infer<typeof trainerProgress>;

/** The JSON schemas of all four, by name. */
export function trainerSchemas(): Record<string, unknown> {
  const schemas = { config: trainerConfig, data: trainerData, out: trainerOut, progress: trainerProgress };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, z.toJSONSchema(schema, { io: 'input' })]),
  );
}

export function configOf(
  { configuration, budget, seed }: Pick<TrainOptions, 'configuration' | 'budget' | 'seed'>,
  startingWeights: string | null,
): TrainerConfig {
  return {
    format: TRAINER_FORMAT,
    configuration: { id: configurationId(configuration), ...configuration },
    budget: 'steps' in budget ? { steps: budget.steps } : { seconds: budget.seconds },
    seed,
    startingWeights,
  };
}
