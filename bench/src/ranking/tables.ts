import { type Figure, figureOf, textTable } from '../figures.js';
import { BenchError } from './bench-error.js';
import type { OpenBenchmark } from './benchmark-folder.js';
import type { SearchMethod, TaskMethod } from './methods.js';
import { type PoolOptions, runUnits } from './pool.js';
import { FOLDS } from './run-fold.js';
import type { FoldUnit, SearchUnit } from './units.js';

export interface Budget {
  /** B: trainings in rounds. */
  readonly budget: number;
  /** k: best-scored trained at the end. */
  readonly final: number;
}

export interface SearchSettings {
  readonly budgets: readonly Budget[];
  readonly seeds: number;
  readonly rounds: number;
  readonly methods: Readonly<Record<string, SearchMethod>>;
}

/** Target, budget, method. */
export type SearchFigures = Record<string, Record<string, Record<string, Figure>>>;

/** Every target searched by every method at every budget: mean regret and its standard error over the seeds. */
export async function searchTable(
  open: OpenBenchmark,
  { budgets, seeds, rounds, methods }: SearchSettings,
  pool: PoolOptions,
): Promise<{ figures: SearchFigures; seconds: number }> {
  const cells = open.benchmark.targets.flatMap(({ name: target }) =>
    budgets.flatMap((budget) => Object.keys(methods).map((method) => ({ target, budget, method }))),
  );
  const units = cells.flatMap(({ target, budget, method }) =>
    Array.from({ length: seeds }, (_, seed): SearchUnit => {
      return { kind: 'search', target, ...budget, rounds, seed, method: methods[method]! };
    }),
  );
  const results = await runUnits(open, units, pool);
  const figures: SearchFigures = {};
  cells.forEach(({ target, budget, method }, at) => {
    const regrets = results.slice(at * seeds, (at + 1) * seeds).map(({ figures: [regret] }) => regret!);
    figures[target] ??= {};
    figures[target][nameOf(budget)] ??= {};
    figures[target][nameOf(budget)]![method] = figureOf(regrets);
  });
  for (const [target, byBudget] of Object.entries(figures)) {
    const rows = Object.keys(methods).map((method) => [
      method,
      ...Object.values(byBudget).map((row) => cellOf(row[method]!)),
    ]);
    pool.report(`\n${open.name}, ${target}: regret, mean over ${seeds} seeds +- standard error`);
    pool.report(textTable(['', ...Object.keys(byBudget)], rows));
  }
  return { figures, seconds: results.reduce((sum, { seconds }) => sum + seconds, 0) / pool.jobs };
}

/** @throws {@link BenchError} where a budget asks for more trainings than a target's items allow */
export function assertAffordable({ name, benchmark }: OpenBenchmark, budgets: readonly Budget[]): void {
  for (const target of benchmark.targets) {
    const items = target.allowed.reduce((sum, one) => sum + one, 0);
    const large = budgets.find(({ budget, final }) => budget + final > items);
    if (large) {
      throw new BenchError(
        `${nameOf(large)} trainings are more than the ${items} items of ${name} that may be searched for ${target.name}; ask for fewer with --budget`,
      );
    }
  }
}

/** Regret at 1, 3, 5 and 10, mean over all tasks, each ranked by what was learnt from the folds that lack it. */
export async function taskTable(
  open: OpenBenchmark,
  methods: Readonly<Record<string, TaskMethod>>,
  pool: PoolOptions,
): Promise<Record<string, readonly number[]>> {
  const units = Object.values(methods).flatMap((method) =>
    Array.from({ length: FOLDS }, (_, fold): FoldUnit => ({ kind: 'fold', fold, method })),
  );
  const results = await runUnits(open, units, pool);
  const tasks = open.benchmark.tasks!.ids.length;
  const figures = Object.fromEntries(
    Object.keys(methods).map((method, at) => {
      const folds = results.slice(at * FOLDS, (at + 1) * FOLDS);
      const sums = folds[0]!.figures.map((_, place) => folds.reduce((sum, fold) => sum + fold.figures[place]!, 0));
      return [method, sums.map((sum) => sum / tasks)];
    }),
  );
  pool.report(`\n${open.name}: regret of the best of 1, 3, 5, 10, mean over ${tasks} tasks`);
  const rows = Object.entries(figures).map(([method, row]) => [method, ...row.map((value) => value.toFixed(4))]);
  pool.report(textTable(['', '1', '3', '5', '10'], rows));
  return figures;
}

export function nameOf({ budget, final }: Budget): string {
  return `${budget}+${final}`;
}

export function cellOf({ mean, se }: Figure): string {
  return `${mean.toFixed(3)} +- ${se.toFixed(3)}`;
}
