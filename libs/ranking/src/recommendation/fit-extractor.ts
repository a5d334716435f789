import { ExtractorNetwork, type ExtractorVersion } from '@edgelore/descriptors';
import type { Random } from '@edgelore/tensor';
import { rankingLoss } from '../losses/loss-spec.js';
import { Adam } from '../scorers/bilinear/adam.js';
import { fitBilinear, type Lesson } from '../scorers/bilinear/fit-bilinear.js';
import type { TaskTable } from './experience.js';
import { extractorGradient } from './extractor-gradient.js';
import { BILINEAR_LOSS } from './ranker-version.js';

const STEPS = 200;
const EXTRACTOR_RATE = 5e-4;
const SCORE_RATE = 5e-3;
/** Pull towards the extractor that training starts from: old descriptions stay close to what they were. */
const ANCHOR = 0.01;

/** An open task: its trials, and its images' base descriptors, standardised for the extractor, [n][Dx]. */
export interface OpenTask {
  readonly table: TaskTable;
  readonly inputs: readonly Float64Array[];
}

/**
 * Trains extractor and score function together on open tasks: {@link extractorGradient} of one task at a time, and a pull towards the old extractor.
 */
export function fitExtractor(tasks: readonly OpenTask[], start: ExtractorVersion, random: Random): ExtractorNetwork {
  const extractor = new ExtractorNetwork(start);
  const anchor = Float64Array.from(extractor.parameters);
  const tables = tasks.map(({ table }) => table);
  const lists = tables.filter(({ scores }) => scores.length > 1).map((table) => ({ table, lesson: lessonOf(table) }));
  const network = fitBilinear(
    lists.map(({ lesson }) => lesson),
    rankingLoss(BILINEAR_LOSS),
    random,
  );
  const latest = new Map(tables.map(({ id, mean }) => [id, mean]));
  const extractorAdam = new Adam(extractor.parameters.length);
  const scoreAdam = new Adam(network.parameters.length);
  for (let step = 0; step < STEPS; step += 1) {
    const list = lists[step % lists.length]!;
    const task = tasks.find(({ table }) => table.id === list.table.id)!;
    const shuffled = random.shuffle(task.inputs);
    const others = tables.filter(({ id }) => id !== list.table.id);
    const gradient = extractorGradient(extractor, network, list.lesson, shuffled, (mean) => {
      const negative = latest.get(others[random.integer(others.length)]!.id)!;
      latest.set(list.table.id, mean);
      return negative;
    });
    for (let at = 0; at < anchor.length; at += 1) {
      gradient.extractor[at]! += ANCHOR * (extractor.parameters[at]! - anchor[at]!);
    }
    const cooling = (1 + Math.cos((Math.PI * step) / STEPS)) / 2;
    extractorAdam.step(extractor.parameters, gradient.extractor, EXTRACTOR_RATE * cooling);
    scoreAdam.step(network.parameters, gradient.score, SCORE_RATE * cooling);
  }
  return extractor;
}

/** A task's trials as the score function learns from them. */
export function lessonOf({ mean, rows, features, standardised }: TaskTable): Lesson {
  const loss = rankingLoss(BILINEAR_LOSS).forList(standardised);
  return { task: mean, views: rows, features, labels: standardised, loss };
}
