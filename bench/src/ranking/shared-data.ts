import path from 'node:path';
import { dataFolder, openBenchmark } from './benchmark-folder.js';
import { letor } from './letor.js';
import type { PoolOptions } from './pool.js';
import { type AbleOptions, figuresOf } from './protocols.js';

/** Every part on the shared data, in the form that the figures are compared in. */
export async function sharedData(options: AbleOptions, pool: PoolOptions): Promise<Record<string, unknown>> {
  const wanted = new Set<string>(options.only);
  const figures: Record<string, unknown> = {};
  const speed: Record<string, number> = {};
  for (const name of ['nasbench201', 'nasbench101_20k', 'openml_oboe']) {
    if (wanted.has(name)) {
      const open = openBenchmark(path.join(dataFolder, name));
      const done = await figuresOf(open, options, pool);
      figures[name] = done.figures;
      if (name === 'nasbench201') {
        speed.nasbench201_table_s = done.seconds;
      }
    }
  }
  if (wanted.has('ltr')) {
    const done = await letor(pool.report);
    figures.ltr = done ? { ndcg: done.ndcg, time_vs_lightgbm: done.timeVsLightgbm } : null;
  }
  return figures;
}
