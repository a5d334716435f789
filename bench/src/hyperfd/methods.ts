import { hyperstar } from './hyperstar.js';
import { ours } from './ours.js';
import type { MakePolicy } from './policy.js';
import { bestOnAverage, nearestTask, random, standard } from './simple-policies.js';
import { tpe } from './tpe.js';
import { trees } from './trees.js';

/** What an owner may go by. */
export const METHODS: Readonly<Record<string, MakePolicy>> = {
  random,
  default: standard,
  best_on_average: bestOnAverage,
  nearest_task: nearestTask,
  hyperstar,
  trees,
  tpe,
  ours_cold: ours({ adaptive: false, described: true }),
  ours: ours({ adaptive: true, described: true }),
};

/** Ours without one of its parts. */
export const ABLATIONS: Readonly<Record<string, MakePolicy>> = {
  'without own trials': METHODS.ours_cold!,
  'without description': ours({ adaptive: true, described: false }),
};
