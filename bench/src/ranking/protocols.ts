import type { OpenBenchmark } from './benchmark-folder.js';
import { SEARCH_METHODS, TASK_METHODS } from './methods.js';
import type { BenchOptions } from './options.js';
import type { PoolOptions } from './pool.js';
import { type SearchFigures, searchTable, taskTable } from './tables.js';

/** What was asked for, and whether LightGBM is here. */
export type AbleOptions = BenchOptions & { readonly peer: boolean };

/** The protocols that a table allows: searches where it has targets, folds where it has tasks. */
export async function figuresOf(
  open: OpenBenchmark,
  options: AbleOptions,
  pool: PoolOptions,
): Promise<{ figures: Record<string, SearchFigures[string] | readonly number[]>; seconds: number }> {
  const { targets, tasks } = open.benchmark;
  const search =
    targets.length > 0 ? await searchTable(open, { ...options, methods: searchMethods(options) }, pool) : null;
  const folds = tasks ? await taskTable(open, chosen(TASK_METHODS, options), pool) : null;
  return { figures: { ...search?.figures, ...folds }, seconds: search?.seconds ?? 0 };
}

/** Methods asked for that can run here. */
export function searchMethods(options: AbleOptions): string[] {
  return chosen(SEARCH_METHODS, options).filter((name) => options.peer || SEARCH_METHODS[name]!.kind !== 'lightgbm');
}

function chosen(known: Readonly<Record<string, unknown>>, { methods }: AbleOptions): string[] {
  return methods === null ? Object.keys(known) : methods.filter((name) => Object.hasOwn(known, name));
}
