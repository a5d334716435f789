import { Choices, fitTreeScorer, rankingLoss } from '@edgelore/ranking';
import { faceDetectorSpace } from '@edgelore/search-space';
import { inOrder, type MakePolicy } from './policy.js';
import { standardisedMeans } from './simple-policies.js';

/** Boosted trees (LambdaMART, as LightGBM has it) on the means of base descriptors and the configuration's features. */
export const trees: MakePolicy = ({ configurations, past, target, seed }) => {
  const means = standardisedMeans(past, target);
  const items = new Choices(faceDetectorSpace, configurations).items('trees');
  const all = Int32Array.from(configurations, (_, at) => at);
  const lists = past.map(({ scores }, task) => ({ task: Float32Array.from(means[task]!), items: all, labels: scores }));
  const scorer = fitTreeScorer(items, lists, {
    loss: rankingLoss({ name: 'lambdarank', truncation: 30, normalise: true }),
    seed: `${seed}`,
    trees: 100,
    leaves: 8,
    learningRate: 0.1,
    minLeafRows: 5,
    featureShare: 0.5,
  });
  return inOrder(scorer.score(items, Float32Array.from(means.at(-1)!)));
};
