import { z } from 'zod';

const failure = z.object({ code: z.string(), message: z.string(), field: z.string().nullish() });
const cost = z.object({ macs: z.number(), parameters: z.number(), bytes: z.number() });

export const currentModel = z.object({
  number: z.number().int(),
  extractorVersion: z.number().int(),
  extractorHash: z.string(),
  extractor: z.unknown(),
});

export const task = z.object({
  id: z.string(),
  name: z.string(),
  images: z.number(),
  extractorVersion: z.number(),
  trialCount: z.number(),
  bestScore: z.number().nullable(),
});

const dimensionValue = z.union([z.string(), z.number()]);
const driver = z.object({
  dimension: z.string(),
  value: dimensionValue,
  instead: dimensionValue,
  /** Score less the score with the other value; null where the search space allows no such configuration. */
  gain: z.number().nullable(),
});
const explanation = z.object({
  /** In doubt of the score because the configuration is unlike those tried. */
  caution: z.number(),
  againstDefault: z.array(driver),
  againstNext: z.array(driver),
});
const expectedRegret = z.object({
  first: z.number(),
  firstError: z.number(),
  bestOfThree: z.number(),
  bestOfThreeError: z.number(),
  tasks: z.number().int(),
});

export const recommendation = z.object({
  id: z.string(),
  modelVersion: z.number().int(),
  items: z.array(
    z.object({
      rank: z.number().int(),
      score: z.number(),
      spread: z.number(),
      configuration: z.unknown(),
      configurationId: z.string(),
      reason: z.enum(['COLD_PORTFOLIO', 'NEAREST_TASKS', 'RANKER']),
      cost,
      explanation: explanation.nullable(),
    }),
  ),
  neighbours: z.array(
    z.object({ name: z.string().nullable(), distance: z.number(), bestScore: z.number().nullable() }),
  ),
  expectedRegret: expectedRegret.nullable(),
});

export const trial = z.object({
  id: z.string(),
  reportId: z.string(),
  score: z.number(),
  countedIn: z.number().nullable(),
});

export const trainingStatus = z.object({
  pending: z.number().int(),
  running: z.boolean(),
  currentModel: z.number().int(),
  lastRun: z
    .object({
      state: z.enum(['RUNNING', 'PROMOTED', 'REJECTED', 'SKIPPED', 'FAILED', 'ABANDONED']),
      phase: z.string(),
      progress: z.number(),
      modelVersion: z.number().int().nullable(),
      reason: z.string().nullable(),
    })
    .nullable(),
});

export type CurrentModel = z.infer<typeof currentModel>;
export type PlatformTask = z.infer<typeof task>;
export type Recommendation = z.infer<typeof recommendation>;
export type Explanation = z.infer<typeof explanation>;
export type ExpectedRegret = z.infer<typeof expectedRegret>;
export type PlatformTrial = z.infer<typeof trial>;
export type TrainingStatus = z.infer<typeof trainingStatus>;

/** A GraphQL answer as it comes over HTTP. */
export const envelope = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        extensions: z.object({ code: z.string().optional(), errorId: z.string().optional() }).optional(),
      }),
    )
    .optional(),
});

/** An operation's result: what it promises, or a failure that the platform expects callers to handle. */
export const orFailure = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, failure]);

export function isFailure(value: unknown): value is z.infer<typeof failure> {
  return failure.safeParse(value).success;
}
