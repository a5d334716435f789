import { z } from 'zod';

export const round = z.object({
  id: z.string(),
  state: z.enum(['KEYS', 'SHARES', 'INPUT', 'UNMASK', 'SUMMED', 'PROMOTED', 'REJECTED', 'ABORTED']),
  seats: z.number().int(),
  joined: z.number().int(),
  contributors: z.number().int().nullable(),
  steps: z.number().int(),
  reason: z.string().nullable(),
});

export const rounds = z.object({ nodes: z.array(round) });

export const joinedRound = z.object({
  round,
  seat: z.number().int(),
  plan: z.object({
    round: z.string(),
    seats: z.number(),
    threshold: z.number(),
    length: z.number(),
    bound: z.number(),
  }),
  extractor: z.unknown(),
  lesson: z.unknown(),
  trials: z.array(z.object({ configuration: z.unknown(), score: z.number() })),
});

export const roundAnswer = z.object({ answer: z.unknown() });

export type PlatformRound = z.infer<typeof round>;
export type JoinedRound = z.infer<typeof joinedRound>;
