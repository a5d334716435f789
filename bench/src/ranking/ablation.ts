import { type Figure, figureOf, textTable } from '../figures.js';
import type { OpenBenchmark } from './benchmark-folder.js';
import { ABLATION, type SearchMethod } from './methods.js';
import { type PoolOptions, runUnits } from './pool.js';
import { cellOf } from './tables.js';
import type { SearchUnit } from './units.js';

const TARGET = 'imagenet16';
const SPENT = { budget: 100, final: 20 };

/** Loss, then pre-training and rounds: mean regret of what is left when one part of our method is another. */
export async function ablation(
  open: OpenBenchmark,
  seeds: number,
  pool: PoolOptions,
): Promise<Record<string, Record<string, Figure>>> {
  const { rounds, ranker, pretraining } = ABLATION;
  const variants = Object.entries(ABLATION.losses).flatMap(([loss, losses]) =>
    [false, true].flatMap((pretrained) =>
      rounds.map((count) => {
        const method: SearchMethod = { ...ranker, losses, ...(pretrained && { pretraining }) };
        return {
          loss,
          column: `${pretrained ? 'pre-trained' : 'from scratch'}, ${count === 1 ? '1 round' : `${count} rounds`}`,
          rounds: count,
          method,
        };
      }),
    ),
  );
  const units = variants.flatMap(({ rounds: count, method }) =>
    Array.from({ length: seeds }, (_, seed): SearchUnit => {
      return { kind: 'search', target: TARGET, ...SPENT, rounds: count, seed, method };
    }),
  );
  const results = await runUnits(open, units, pool);
  const figures: Record<string, Record<string, Figure>> = {};
  variants.forEach(({ loss, column }, at) => {
    const regrets = results.slice(at * seeds, (at + 1) * seeds).map(({ figures: [regret] }) => regret!);
    figures[loss] = { ...figures[loss], [column]: figureOf(regrets) };
  });
  pool.report(`\nablation, ${open.name}, ${TARGET}, ${SPENT.budget}+${SPENT.final}: regret, mean over ${seeds} seeds`);
  const columns = [...new Set(variants.map(({ column }) => column))];
  const rows = Object.entries(figures).map(([loss, row]) => [loss, ...columns.map((column) => cellOf(row[column]!))]);
  pool.report(textTable(['', ...columns], rows));
  return figures;
}
