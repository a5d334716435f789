import { ExtractorNetwork, type ExtractorVersion } from '@edgelore/descriptors';
import type { Random } from '@edgelore/tensor';
import { rankingLoss } from '../losses/loss-spec.js';
import { Adam } from '../scorers/bilinear/adam.js';
import { fitBilinear, type Lesson, listSlopes } from '../scorers/bilinear/fit-bilinear.js';
import { meanOf, type TaskTable } from './experience.js';
import { BILINEAR_LOSS } from './ranker-version.js';

const STEPS = 200;
const EXTRACTOR_RATE = 5e-4;
const SCORE_RATE = 5e-3;
/** Images in a batch mean during training: as few as a row of a description may have. */
const BATCH = 16;
const TRIPLET_WEIGHT = 0.1;
/** Squared distance, within the unit ball, by which another task's batch must lie further away than one of the same task. */
const TRIPLET_MARGIN = 0.25;
/** Pull towards the extractor that training starts from: old descriptions stay close to what they were. */
const ANCHOR = 0.01;

/** An open task: its trials, and its images' base descriptors, standardised for the extractor, [n][Dx]. */
export interface OpenTask {
  readonly table: TaskTable;
  readonly inputs: readonly Float64Array[];
}

/**
 * Trains extractor and score function together on open tasks: the ranking loss through a batch mean of images, a triplet loss
 * between batch means, and a pull towards the old extractor. After HyperFD (arXiv 2203.08399), whose exact losses are not public.
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
    const size = Math.min(BATCH, Math.floor(shuffled.length / 2));
    const pass = extractor.forward(shuffled.slice(0, 2 * size));
    const anchorMean = meanOf(pass.outputs.slice(0, size));
    const positiveMean = meanOf(pass.outputs.slice(size));
    const others = tables.filter(({ id }) => id !== list.table.id);
    const negativeMean = latest.get(others[random.integer(others.length)]!.id)!;
    latest.set(list.table.id, anchorMean);

    const scores = network.forward(anchorMean, list.table.features);
    const scoreGradient = new Float64Array(network.parameters.length);
    const anchorGradient = network.backward(scores, listSlopes(scores.scores, list.lesson), scoreGradient);
    const triplet = tripletGradient(anchorMean, positiveMean, negativeMean, TRIPLET_MARGIN);
    const outputGradients = pass.outputs.map((_, row) =>
      row < size
        ? anchorGradient.map((slope, at) => (slope + TRIPLET_WEIGHT * triplet.anchor[at]!) / size)
        : triplet.positive.map((slope) => (TRIPLET_WEIGHT * slope) / size),
    );
    const extractorGradient = extractor.backward(pass, outputGradients);
    for (let at = 0; at < anchor.length; at += 1) {
      extractorGradient[at]! += ANCHOR * (extractor.parameters[at]! - anchor[at]!);
    }
    const cooling = (1 + Math.cos((Math.PI * step) / STEPS)) / 2;
    extractorAdam.step(extractor.parameters, extractorGradient, EXTRACTOR_RATE * cooling);
    scoreAdam.step(network.parameters, scoreGradient, SCORE_RATE * cooling);
  }
  return extractor;
}

/** A task's trials as the score function learns from them. */
export function lessonOf({ mean, rows, features, standardised }: TaskTable): Lesson {
  const loss = rankingLoss(BILINEAR_LOSS).forList(standardised);
  return { task: mean, views: rows, features, labels: standardised, loss };
}

/**
 * max(0, |a - p|^2 - |a - n|^2 + margin) and its gradients with respect to a and p (n is taken as fixed), [d] each. The loss is zero,
 * and so are the gradients, once the negative lies `margin` further away than the positive.
 */
export function tripletGradient(
  anchor: Float64Array,
  positive: Float64Array,
  negative: Float64Array,
  margin: number,
): { loss: number; anchor: Float64Array; positive: Float64Array } {
  let loss = margin;
  for (let at = 0; at < anchor.length; at += 1) {
    loss += (anchor[at]! - positive[at]!) ** 2 - (anchor[at]! - negative[at]!) ** 2;
  }
  if (loss <= 0) {
    return { loss: 0, anchor: new Float64Array(anchor.length), positive: new Float64Array(anchor.length) };
  }
  return {
    loss,
    anchor: anchor.map((_, at) => 2 * (negative[at]! - positive[at]!)),
    positive: positive.map((value, at) => 2 * (value - anchor[at]!)),
  };
}
