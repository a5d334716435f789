import path from 'node:path';
import { ablation } from './ablation.js';
import { dataFolder, openBenchmark, shippedSpec } from './benchmark-folder.js';
import { evolutionMatch } from './evolution-match.js';
import { letor } from './letor.js';
import { negativeTransfer } from './negative-transfer.js';
import { once } from './once.js';
import { PARTS, type Part } from './options.js';
import type { PoolOptions } from './pool.js';
import { type AbleOptions, figuresOf } from './protocols.js';
import { speed } from './speed.js';

/** The parts asked for on the shared data, in the form that figures are compared in. */
export async function sharedData(options: AbleOptions, pool: PoolOptions): Promise<Record<string, unknown>> {
  let tableSeconds: number | null = null;
  const nasbench201 = once(() => openBenchmark(path.join(dataFolder, 'nasbench201')));
  const table = async (name: string) =>
    (await figuresOf(openBenchmark(path.join(dataFolder, name)), options, pool)).figures;
  const parts: Record<Part, () => Promise<unknown>> = {
    nasbench201: async () => {
      const { figures, seconds } = await figuresOf(nasbench201(), options, pool);
      tableSeconds = seconds;
      return figures;
    },
    nasbench101_20k: () => table('nasbench101_20k'),
    openml_oboe: () => table('openml_oboe'),
    ltr: async () => {
      const figures = await letor(pool.report);
      return figures ? { ndcg: figures.ndcg, time_vs_lightgbm: figures.timeVsLightgbm } : null;
    },
    speed: async () => ({ ...(await speed(pool.report)), nasbench201_table_s: tableSeconds }),
    evolution_match: () => evolutionMatch(nasbench201(), options.seeds, pool),
    ablation: () => ablation(nasbench201(), options.seeds, pool),
    negative_transfer: () => {
      const extra = openBenchmark(path.join(dataFolder, 'nasbench201'), shippedSpec('nasbench201_extra'));
      return negativeTransfer(nasbench201(), extra, options, pool);
    },
  };
  const figures: Record<string, unknown> = {};
  for (const name of PARTS.filter((part) => options.only.includes(part))) {
    figures[name] = await parts[name]();
  }
  return figures;
}
