import { defineJobs } from '@edgelore/platform';
import { z } from 'zod';

/** A reported trial and an operator's wish both ask for the same job; `trialId` only says which trial it was. */
export const jobs = defineJobs({
  retrain: { queue: 'training', payload: z.object({ trialId: z.uuid().nullable() }), coalesce: 'retrain' },
});
