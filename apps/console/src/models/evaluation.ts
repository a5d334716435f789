import * as z from 'zod/mini';

const Fold = z.object({
  task: z.string(),
  trials: z.number(),
  candidateNdcg10: z.number(),
  currentNdcg10: z.number(),
  chanceNdcg10: z.number(),
  candidateRegret1: z.number(),
  currentRegret1: z.number(),
  chanceRegret1: z.number(),
  candidateTau: z.number(),
});
const Evaluation = z.object({ metrics: z.record(z.string(), z.number()), folds: z.optional(z.array(Fold)) });

export type Fold = z.infer<typeof Fold>;
export type Evaluation = z.infer<typeof Evaluation>;

/** Null for versions that were shipped rather than judged, or judged in another way than today's. */
export function parseEvaluation(json: unknown): Evaluation | null {
  return Evaluation.safeParse(json).data ?? null;
}
