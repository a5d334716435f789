// A thread that judges methods, one unit of work after another.
import { parentPort } from 'node:worker_threads';
import type { JudgedQuality } from '@edgelore/ranking';
import { orderOf, readGrid } from './judged-task.js';
import { judge, type Outcome } from './leave-one-out.js';
import { ABLATIONS, METHODS } from './methods.js';
import { ONLINE_VARIANTS, type OnlineRun, runOnline } from './online.js';
import { ROUNDS, runRounds } from './rounds.js';

/** A piece of work that comes to the same on any thread. */
export type Unit =
  | { readonly kind: 'left out'; readonly task: string; readonly seed: number }
  | { readonly kind: 'online'; readonly variant: string; readonly order: number }
  | { readonly kind: 'rounds'; readonly variant: string; readonly order: number };

export type Done = Record<string, Outcome> | OnlineRun | Record<string, JudgedQuality>;

const grid = readGrid();

parentPort!.on('message', (unit: Unit) => {
  parentPort!.postMessage(run(unit));
});

function run(unit: Unit): Done {
  if (unit.kind === 'online') {
    return runOnline(grid, orderOf(grid, unit.order), ONLINE_VARIANTS[unit.variant]!, unit.order);
  }
  if (unit.kind === 'rounds') {
    return runRounds(grid, unit.order, ROUNDS[unit.variant]!);
  }
  const task = grid.tasks.find(({ id }) => id === unit.task)!;
  return Object.fromEntries(
    Object.entries({ ...METHODS, ...ABLATIONS }).map(([method, make]) => [method, judge(grid, task, make, unit.seed)]),
  );
}
