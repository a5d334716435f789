import { parentPort } from 'node:worker_threads';
import { KernelRuntime } from '@edgelore/kernels';
import { LimitsTooTightError, type Ranker, recommend, thawRanker } from '@edgelore/ranking';
import type { RankingAnswer, RankingKnowledge, RankingQuestion } from './ranking-thread.js';

const runtime = await KernelRuntime.start({ threads: 1, fused: false });
let knowledge: RankingKnowledge = { ranker: null, experience: [] };
/** Thawed when it is first asked for. */
let ranker: Ranker | null | undefined;

parentPort?.on('message', (question: RankingQuestion) => {
  parentPort?.postMessage(answer(question));
});

function answer({ id, knowledge: next, asked }: RankingQuestion): RankingAnswer {
  try {
    if (next) {
      knowledge = next;
      ranker = undefined;
    }
    if (ranker === undefined) ranker = knowledge.ranker && thawRanker(knowledge.ranker, runtime);
    return { id, kind: 'ranked', ranked: recommend({ ...asked, ranker, experience: knowledge.experience }) };
  } catch (error) {
    if (error instanceof LimitsTooTightError) return { id, kind: 'refused', message: error.message };
    return { id, kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
