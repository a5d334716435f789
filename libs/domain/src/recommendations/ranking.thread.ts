import { parentPort } from 'node:worker_threads';
import { LimitsTooTightError, recommend } from '@edgelore/ranking';
import type { RankingAnswer, RankingQuestion } from './ranking-thread.js';

parentPort?.on('message', ({ id, options }: RankingQuestion) => {
  parentPort?.postMessage(answer(id, options));
});

function answer(id: number, options: RankingQuestion['options']): RankingAnswer {
  try {
    return { id, kind: 'ranked', ranked: recommend(options) };
  } catch (error) {
    if (error instanceof LimitsTooTightError) return { id, kind: 'refused', message: error.message };
    return { id, kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
