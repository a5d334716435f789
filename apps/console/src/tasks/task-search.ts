import * as z from 'zod/mini';
import type { TaskFilter, TaskSort } from '../graphql/generated/graphql.js';
import { RecommendationSearch } from '../recommendations/recommendation-search.js';
import { TrialSearch } from '../trials/trial-search.js';
import { direction, flag, ifGood, oneOf, text } from '../ui/search-params.js';

/** The address of the table of tasks. */
export const TasksSearch = z.object({
  after: text,
  sort: oneOf(['CREATED', 'NAME', 'IMAGES', 'TRIALS', 'BEST_SCORE']),
  dir: direction,
  search: text,
  open: flag,
  noised: flag,
  tried: flag,
});
export type TasksSearch = z.infer<typeof TasksSearch>;

/** The address of one task: a tab, and the table in it. */
export const TaskSearch = z.object({
  tab: oneOf(['description', 'map', 'recommendations', 'trials', 'charts']),
  cost: oneOf(['MACS', 'BYTES']),
  slice: text,
  trials: ifGood(TrialSearch),
  recommendations: ifGood(RecommendationSearch),
});
export type TaskSearch = z.infer<typeof TaskSearch>;

export function taskFilter({ search, open, noised, tried }: TasksSearch): TaskFilter {
  return { search: search ?? null, open: open ?? null, noised: noised ?? null, tried: tried ?? null };
}

export function taskSort({ sort, dir }: TasksSearch): TaskSort {
  return { field: sort ?? 'CREATED', direction: dir ?? 'DESC' };
}
