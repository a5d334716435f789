import type { Random } from '@edgelore/tensor';
import { lambdaRank } from '../../losses/lambdarank.js';
import { relevance } from '../../metrics.js';
import { average, meanOf, type TaskTable } from '../../recommendation/experience.js';
import { Adam } from './adam.js';
import { ScoreNetwork } from './score-network.js';

/** Rank of the interaction of description and configuration. */
const RANK = 4;
const EPOCHS = 200;
const RATE = 0.02;
/** Pull of every weight towards zero; the data are few. */
const WEIGHT_DECAY = 0.02;
/** Weight of LambdaRank beside the anchor. */
const LAMBDA_WEIGHT = 0.3;
/** Grades of the training labels: the gain doubles every fifth of the span, which noise in a score does not turn over. */
const GRADES = 5;
/** Trials of one task that one step looks at, so that its cost stays bounded. */
const MOST_LISTED = 64;

const LOSS = lambdaRank({ relevance: 'labels' });

/** A task's trials with the labels that the losses need. */
export interface TrainingList {
  readonly table: TaskTable;
  readonly grades: Float64Array;
}

/** Labels for the tables that have something to rank: two trials or more. */
export function trainingLists(tables: readonly TaskTable[]): TrainingList[] {
  return tables
    .filter(({ scores }) => scores.length > 1)
    .map((table) => ({ table, grades: relevance(table.scores, { scale: GRADES }) }));
}

/** A network for these tables: descriptions centred on their mean, scaled by their distance from it, weights as drawn. */
export function freshNetwork(tables: readonly TaskTable[], random: Random): ScoreNetwork {
  const centre = meanOf(tables.map(({ mean }) => mean));
  const spread = Math.sqrt(
    average(tables.map(({ mean }) => mean.reduce((sum, value, at) => sum + (value - centre[at]!) ** 2, 0))),
  );
  const features = tables.find((table) => table.features.length > 0)?.features[0]?.length ?? 0;
  const network = new ScoreNetwork(features, centre.length, RANK, centre, spread > 1e-6 ? spread : 1);
  network.initialise(random);
  return network;
}

/**
 * dLoss/dscore of one task's list: LambdaRank, plus the gradient of the squared distance between centred scores and standardised
 * trial scores. LambdaRank alone leaves the scale of scores open and overfits lists of a dozen; the anchor gives scores a unit
 * (deviations of a task's trials). Both sum to zero, so a list of one trial has no say.
 */
export function listSlopes(scores: Float64Array, { table, grades }: TrainingList): Float64Array {
  const centre = average(scores);
  const gradient = new Float64Array(scores.length);
  LOSS.forList(grades).slopes(scores, gradient, new Float64Array(scores.length));
  return gradient.map(
    (slope, index) => LAMBDA_WEIGHT * slope + (scores[index]! - centre - table.standardised[index]!) / scores.length,
  );
}

/**
 * Trains the score function on frozen descriptions. Every epoch sees every task once, through a random one of its batch means: the
 * noise that a new task's description will have. Tasks weigh by their trials.
 */
export function fitScores(tables: readonly TaskTable[], random: Random): ScoreNetwork {
  const network = freshNetwork(tables, random);
  const lists = trainingLists(tables);
  const trials = lists.reduce((total, { table }) => total + Math.min(MOST_LISTED, table.scores.length), 0);
  const adam = new Adam(network.parameters.length);
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    const gradient = network.parameters.map((value) => WEIGHT_DECAY * value);
    for (const whole of lists) {
      const list = sampled(whole, random);
      const pass = network.forward(list.table.rows[random.integer(list.table.rows.length)]!, list.table.features);
      const weight = list.table.scores.length / trials;
      network.backward(
        pass,
        listSlopes(pass.scores, list).map((slope) => slope * weight),
        gradient,
      );
    }
    adam.step(network.parameters, gradient, (RATE / 2) * (1 + Math.cos((Math.PI * epoch) / EPOCHS)));
  }
  return network;
}

function sampled(list: TrainingList, random: Random): TrainingList {
  const { table, grades } = list;
  if (table.scores.length <= MOST_LISTED) {
    return list;
  }
  const chosen = random.shuffle([...table.scores.keys()]).slice(0, MOST_LISTED);
  return {
    table: {
      ...table,
      features: chosen.map((index) => table.features[index]!),
      scores: Float64Array.from(chosen, (index) => table.scores[index]!),
      standardised: Float64Array.from(chosen, (index) => table.standardised[index]!),
    },
    grades: Float64Array.from(chosen, (index) => grades[index]!),
  };
}
