import { fitTrees, lambdaRank, ndcg, type TreeOptions } from '@edgelore/ranking';
import { type LetorFile, letorFolder, readLetor } from './letor-data.js';
import { startLightgbm } from './lightgbm/lightgbm.js';

/** NDCG at 1, 3, 5 and 10. */
export type NdcgFigures = readonly [number, number, number, number];

export interface LetorFigures {
  readonly ndcg: NdcgFigures;
  /** Least wall time of one training, from the matrix in memory to the trees. */
  readonly seconds: number;
  /** That time by LightGBM's with the same settings on one thread; null where LightGBM is not installed. */
  readonly timeVsLightgbm: number | null;
  readonly lightgbm: { readonly ndcg: NdcgFigures; readonly seconds: number } | null;
}

/** Chosen on the training queries alone. */
const TREES = {
  trees: 100,
  leaves: 31,
  learningRate: 0.1,
  minLeafRows: 50,
  minLeafCurvature: 5,
  rowShare: 0.9,
  featureShare: 1,
} satisfies TreeOptions;
const TRUNCATION = 30;
const SEED = 1;
const ROUNDS = 5;

/** Trains on LightGBM's own ranking example and scores its test file, beside LightGBM if it is there. Undefined without the data. */
export async function letor(report: (line: string) => void): Promise<LetorFigures | undefined> {
  const folder = letorFolder();
  if (folder === undefined) {
    report('letor: put lightgbm_lambdarank into ../shared/data or name its parent with EDGELORE_DATA');
    return undefined;
  }
  const training = await readLetor(folder, 'rank.train');
  const test = await readLetor(folder, 'rank.test');
  const peer = startLightgbm(folder, { ...TREES, truncation: TRUNCATION, seed: SEED });
  let seconds = Number.POSITIVE_INFINITY;
  let peerSeconds = Number.POSITIVE_INFINITY;
  let figures = ndcgAt(test, new Float64Array(test.labels.length));
  let peerFigures = figures;
  try {
    // The first round warms both up.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const since = performance.now();
      const trees = fitTrees(rowsOf(training), TREES, SEED);
      const took = (performance.now() - since) / 1000;
      const theirs = await peer?.train();
      figures = ndcgAt(test, trees.predict(test.features));
      report(`letor: trees ${took.toFixed(3)} s, LightGBM ${theirs?.seconds.toFixed(3) ?? 'is not installed'}`);
      if (round > 0) {
        seconds = Math.min(seconds, took);
        peerSeconds = Math.min(peerSeconds, theirs?.seconds ?? Number.POSITIVE_INFINITY);
      }
      peerFigures = theirs ? ndcgAt(test, Float64Array.from(theirs.scores)) : peerFigures;
    }
  } finally {
    peer?.stop();
  }
  return {
    ndcg: figures,
    seconds,
    timeVsLightgbm: peer ? seconds / peerSeconds : null,
    lightgbm: peer ? { ndcg: peerFigures, seconds: peerSeconds } : null,
  };
}

function rowsOf({ features, width, labels, queries }: LetorFile) {
  const loss = lambdaRank({ relevance: 'labels', truncation: TRUNCATION, normalise: true });
  const lists = queries.map(([start, end]) => ({ start, end, loss: loss.forList(labels.subarray(start, end)) }));
  return { features, width, lists };
}

function ndcgAt({ labels, queries }: LetorFile, scores: Float64Array): NdcgFigures {
  const mean = (k: number) =>
    queries.reduce((sum, [start, end]) => sum + ndcg(scores.subarray(start, end), labels.subarray(start, end), k), 0) /
    queries.length;
  return [mean(1), mean(3), mean(5), mean(10)];
}
