import type { OpenBenchmark } from './benchmark-folder.js';
import { type Figure, figureOf, textTable } from './figures.js';
import { SEARCH_METHODS } from './methods.js';
import { type PoolOptions, runUnits } from './pool.js';
import { type Budget, nameOf } from './tables.js';
import type { SearchUnit } from './units.js';

const EVOLUTION: Budget = { budget: 200, final: 50 };
const TRAININGS = [10, 15, 20, 25, 30, 40, 50, 75, 100, 200];

/** For each target the fewest trainings, of a few, at which our mean regret is not above that of evolution with 250; null where none is. */
export async function evolutionMatch(
  open: OpenBenchmark,
  seeds: number,
  pool: PoolOptions,
): Promise<Record<string, number | null>> {
  const matches: Record<string, number | null> = {};
  const rows: string[][] = [];
  for (const { name: target } of open.benchmark.targets) {
    const figure = async (method: string, spent: Budget & { readonly rounds: number }): Promise<Figure> => {
      const units = Array.from({ length: seeds }, (_, seed): SearchUnit => {
        return { kind: 'search', target, ...spent, seed, method: SEARCH_METHODS[method]! };
      });
      return figureOf((await runUnits(open, units, pool)).map(({ figures: [regret] }) => regret!));
    };
    const evolution = await figure('evolution', { ...EVOLUTION, rounds: 5 });
    matches[target] = null;
    for (const trainings of TRAININGS) {
      const spent = spend(trainings);
      const ours = await figure('ours', spent);
      rows.push([target, nameOf(spent), ours.mean.toFixed(3), evolution.mean.toFixed(3)]);
      if (ours.mean <= evolution.mean) {
        matches[target] = trainings;
        break;
      }
    }
  }
  pool.report(`\n${open.name}: regret of ours with few trainings and of evolution with 250, mean over ${seeds} seeds`);
  pool.report(textTable(['', 'trainings', 'ours', 'evolution'], rows));
  return matches;
}

/** As 50+10 is spent: a sixth at the end, the rest in five rounds of at least two. */
function spend(trainings: number): Budget & { readonly rounds: number } {
  const final = Math.max(1, Math.round(trainings / 6));
  const budget = trainings - final;
  return { budget, final, rounds: Math.min(5, Math.floor(budget / 2)) };
}
