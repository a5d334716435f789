import * as z from 'zod/mini';
import { oneOf, text } from '../ui/search-params.js';

export const jobStates = ['WAITING', 'ACTIVE', 'DELAYED', 'FAILED', 'COMPLETED'] as const;

/** The address of a list of jobs. */
export const JobSearch = z.object({ queue: text, state: oneOf(jobStates), after: text });
export type JobSearch = z.infer<typeof JobSearch>;
