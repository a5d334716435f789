import { initialExtractor } from '@edgelore/descriptors';
import { type ImagedTask, type JudgedQuality, judgeExtractor, simulateRounds } from '@edgelore/ranking';
import { type Grid, type JudgedTask, orderOf } from './judged-task.js';

/** Tasks that are judged, of different collections, whose relatives nobody learns from; and tasks whose images the platform has. */
const JUDGED = 4;
const OPEN = 3;
/** Whichever collections are judged, the fourteen domains leave two owners at least. */
export const LEAST_TASKS = 14;

export interface RoundsOptions {
  readonly rounds: number;
  readonly steps: number;
}

export const ROUNDS: Readonly<Record<string, RoundsOptions>> = {
  '1 round of 30 steps': { rounds: 1, steps: 30 },
  '4 rounds of 15 steps': { rounds: 4, steps: 15 },
};

/** Mean quality of the ranking of unseen tasks, by the extractor after each way of training it. */
export function runRounds(grid: Grid, order: number, options: RoundsOptions): Record<string, JudgedQuality> {
  const tasks = orderOf(grid, order);
  const firsts = tasks.filter(
    ({ collection }, at) => tasks.findIndex((other) => other.collection === collection) === at,
  );
  const judged = firsts.slice(0, JUDGED);
  const strangers = tasks.filter((task) => judged.every(({ collection }) => collection !== task.collection));
  const imaged = (task: JudgedTask): ImagedTask => ({
    id: task.id,
    base: task.base,
    trials: grid.configurations.map((configuration, at) => ({ configuration, score: task.scores[at]! })),
  });
  const known = strangers.map(imaged);
  const open = known.slice(0, OPEN);
  const extractors = simulateRounds({
    extractor: initialExtractor(
      order,
      open.flatMap(({ base }) => base),
    ),
    open,
    owners: known.slice(OPEN),
    seed: order,
    ...options,
  });
  return Object.fromEntries(
    Object.entries(extractors).map(([training, extractor]) => {
      const tasks = [...known, ...judged.map(imaged)];
      return [
        training,
        judgeExtractor(
          extractor,
          tasks,
          judged.map(({ id }) => id),
          order,
        ),
      ];
    }),
  );
}
