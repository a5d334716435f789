import { hyperstar } from './hyperstar.js';
import { type OursOptions, ours } from './ours.js';
import type { MakePolicy } from './policy.js';
import { bestMean, bestOnAverage, nearestTask, random, standard } from './simple-policies.js';
import { tpe } from './tpe.js';
import { trees } from './trees.js';

const FULL: OursOptions = { adaptive: true, described: true, imaged: true };

/** What an owner may go by. */
export const METHODS: Readonly<Record<string, MakePolicy>> = {
  random,
  default: standard,
  best_on_average: bestOnAverage,
  best_mean: bestMean,
  nearest_task: nearestTask,
  hyperstar,
  trees,
  tpe,
  ours_cold: ours({ ...FULL, adaptive: false }),
  ours: ours(FULL),
};

/** Ours without one of its parts. */
export const ABLATIONS: Readonly<Record<string, MakePolicy>> = {
  'cold, with weak labels': ours({ ...FULL, adaptive: false, weak: true }),
  'noise, epsilon 4': ours({ ...FULL, epsilon: 4 }),
  'noise, epsilon 1': ours({ ...FULL, epsilon: 1 }),
  'head-only': ours({ ...FULL, imaged: false }),
  'without description': ours({ ...FULL, described: false }),
};
