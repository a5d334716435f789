import { BenchError } from './bench-error.js';
import type { OpenBenchmark } from './benchmark-folder.js';
import { SEARCH_METHODS, type SearchMethod, TASK_METHODS } from './methods.js';
import type { BenchOptions } from './options.js';
import type { PoolOptions } from './pool.js';
import { assertAffordable, type SearchFigures, searchTable, taskTable } from './tables.js';

/** What was asked for, and LightGBM's version if it is here. */
export type AbleOptions = BenchOptions & { readonly lightgbm: () => string | undefined };

/** The protocols that a table allows: searches where it has targets, folds where it has tasks. */
export async function figuresOf(
  open: OpenBenchmark,
  options: AbleOptions,
  pool: PoolOptions,
): Promise<{ figures: Record<string, SearchFigures[string] | readonly number[]>; seconds: number }> {
  const { targets, tasks } = open.benchmark;
  const asked = targets.length > 0 ? chosen(SEARCH_METHODS, options) : {};
  const missing = missingPeers(asked, options);
  const searches = Object.fromEntries(Object.entries(asked).filter(([name]) => !missing.includes(name)));
  const rankings = tasks ? chosen(TASK_METHODS, options) : {};
  if (Object.keys({ ...searches, ...rankings }).length === 0) {
    const able = Object.keys({ ...(targets.length > 0 && SEARCH_METHODS), ...(tasks && TASK_METHODS) });
    throw new BenchError(`none of the methods asked for runs on ${open.name}; name some of ${able.join(', ')}`);
  }
  assertAffordable(open, options.budgets);
  if (missing.length > 0) {
    pool.report(`Python has no LightGBM here: left out are ${missing.join(', ')}`);
  }
  const search = targets.length > 0 ? await searchTable(open, { ...options, methods: searches }, pool) : null;
  const folds = tasks ? await taskTable(open, rankings, pool) : null;
  return { figures: { ...search?.figures, ...folds }, seconds: search?.seconds ?? 0 };
}

/** Methods asked for that cannot run here. */
function missingPeers(asked: Readonly<Record<string, SearchMethod>>, options: AbleOptions): string[] {
  const peers = Object.keys(asked).filter((name) => asked[name]!.kind === 'lightgbm');
  return peers.length > 0 && options.lightgbm() === undefined ? peers : [];
}

function chosen<Method>(known: Readonly<Record<string, Method>>, { methods }: AbleOptions): Record<string, Method> {
  return Object.fromEntries(Object.entries(known).filter(([name]) => methods === null || methods.includes(name)));
}
