import * as z from 'zod/mini';
import type { TrialFilter, TrialSort } from '../graphql/generated/graphql.js';
import { direction, flag, ifGood, number, oneOf, text } from '../ui/search-params.js';

/** The address of a table of trials. */
export const TrialSearch = z.object({
  after: text,
  sort: oneOf(['CREATED', 'SCORE', 'SECONDS', 'MACS', 'BYTES']),
  dir: direction,
  task: text,
  state: oneOf(['COMPLETED', 'FAILED']),
  minScore: number,
  maxMacs: number,
  recommended: flag,
  version: number,
  recommendation: text,
  /** One dimension's value, as `width=1.5`. */
  where: text,
  pick: ifGood(z.array(z.string()).check(z.maxLength(5))),
});
export type TrialSearch = z.infer<typeof TrialSearch>;

export function trialFilter(search: TrialSearch): TrialFilter {
  const [name, value] = search.where?.split('=', 2) ?? [];
  return {
    taskId: search.task ?? null,
    state: search.state ?? null,
    minScore: search.minScore ?? null,
    maxMacs: search.maxMacs === undefined ? null : search.maxMacs * 1e6,
    recommended: search.recommended ?? null,
    modelVersion: search.version ?? null,
    recommendationId: search.recommendation ?? null,
    dimensions: name && value ? [{ name, values: [value] }] : null,
  };
}

export function trialSort({ sort, dir }: TrialSearch): TrialSort {
  return { field: sort ?? 'CREATED', direction: dir ?? 'DESC' };
}
