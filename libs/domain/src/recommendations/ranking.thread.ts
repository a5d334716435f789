import { parentPort } from 'node:worker_threads';
import { KernelRuntime } from '@edgelore/kernels';
import { type Asked, LimitsTooTightError, Recommender, thawRanker } from '@edgelore/ranking';
import type { Explained, RankingAnswer, RankingKnowledge, RankingQuestion } from './ranking-thread.js';

const runtime = await KernelRuntime.start({ threads: 1, fused: false });
let knowledge: RankingKnowledge | undefined;
/** Made when it is first asked. */
let recommender: Recommender | undefined;

parentPort?.on('message', (question: RankingQuestion) => {
  parentPort?.postMessage(answer(question));
});

function answer({ id, knowledge: next, asked }: RankingQuestion): RankingAnswer {
  try {
    if (next) {
      knowledge = next;
      recommender = undefined;
    }
    recommender ??= recommenderOf(knowledge);
    return { id, kind: 'ranked', ranked: explained(recommender, asked) };
  } catch (error) {
    if (error instanceof LimitsTooTightError) return { id, kind: 'refused', message: error.message };
    return { id, kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function explained(by: Recommender, asked: Asked): Explained[] {
  const ranked = by.recommend(asked);
  const explanations = by.explain(
    asked,
    ranked.map(({ configuration }) => configuration),
  );
  return ranked.flatMap((each, at) => {
    const explanation = explanations[at];
    return explanation ? [{ ...each, explanation }] : [];
  });
}

function recommenderOf(known: RankingKnowledge | undefined): Recommender {
  const { ranker = null, experience = [], seed = '' } = known ?? {};
  return new Recommender({ ranker: ranker && thawRanker(ranker, runtime), experience, seed });
}
