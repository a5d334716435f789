import { figureOf, textTable } from '../figures.js';
import type { OpenBenchmark } from './benchmark-folder.js';
import { SEARCH_METHODS } from './methods.js';
import { type PoolOptions, runUnits } from './pool.js';
import { type Budget, cellOf, nameOf } from './tables.js';
import type { SearchUnit } from './units.js';

const EVOLUTION = { budget: 200, final: 50, rounds: 5 };
const TRAININGS = [10, 15, 20, 25, 30, 40, 50, 75, 100, 200];

/** For each target the fewest trainings, of a few, at which our mean regret is not above that of evolution with 250; null where none is. */
export async function evolutionMatch(
  open: OpenBenchmark,
  seeds: number,
  pool: PoolOptions,
): Promise<Record<string, number | null>> {
  const targets = open.benchmark.targets.map(({ name }) => name);
  const contests = [
    { spent: EVOLUTION, method: SEARCH_METHODS.evolution! },
    ...TRAININGS.map((trainings) => ({ spent: spend(trainings), method: SEARCH_METHODS.ours! })),
  ];
  const units = targets.flatMap((target) =>
    contests.flatMap(({ spent, method }) =>
      Array.from({ length: seeds }, (_, seed): SearchUnit => ({ kind: 'search', target, ...spent, seed, method })),
    ),
  );
  const regrets = (await runUnits(open, units, pool)).map(({ figures: [regret] }) => regret!);
  const figures = Array.from({ length: targets.length * contests.length }, (_, at) =>
    figureOf(regrets.slice(at * seeds, (at + 1) * seeds)),
  );
  const byTarget = targets.map((_, at) => figures.slice(at * contests.length, (at + 1) * contests.length));
  pool.report(
    `\n${open.name}: regret of evolution with 250 trainings, and of ours with fewer, mean over ${seeds} seeds`,
  );
  pool.report(
    textTable(
      ['', ...targets],
      contests.map(({ spent }, row) => [
        row === 0 ? 'evolution, 250' : `ours, ${nameOf(spent)}`,
        ...byTarget.map((column) => cellOf(column[row]!)),
      ]),
    ),
  );
  return Object.fromEntries(
    targets.map((target, at) => {
      const [evolution, ...ours] = byTarget[at]!;
      return [target, TRAININGS[ours.findIndex(({ mean }) => mean <= evolution!.mean)] ?? null];
    }),
  );
}

/** As 50+10 is spent: a sixth at the end, the rest in five rounds of at least two. */
function spend(trainings: number): Budget & { readonly rounds: number } {
  const final = Math.max(1, Math.round(trainings / 6));
  const budget = trainings - final;
  return { budget, final, rounds: Math.min(5, Math.floor(budget / 2)) };
}
