import type { CostKind, Pareto, ParetoPoint } from './chart.types.js';
import type { ChartTrial } from './chart-trials.js';
import { evenly } from './evenly.js';

/** The trials that none beats in score at the same cost or less, and of the others at most so many. */
export function paretoFront(trials: readonly ChartTrial[], cost: CostKind, mostOthers: number): Pareto {
  const byCost = trials
    .map(({ values, ...point }): ParetoPoint => point)
    .sort((a, b) => a[cost] - b[cost] || b.score - a.score);
  const front: ParetoPoint[] = [];
  const others: ParetoPoint[] = [];
  for (const point of byCost) {
    if (point.score > (front.at(-1)?.score ?? -1)) front.push(point);
    else others.push(point);
  }
  return { front, others: evenly(others, mostOthers) };
}
