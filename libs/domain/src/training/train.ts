import { gate, RankingError, type TrainedModel, trainRanker } from '@edgelore/ranking';
import type { TrainingInput, TrainingOutcome } from './training.types.js';

/** Trains the next model and has it judged. Takes seconds of CPU: see `trainInThread`. */
export function train(input: TrainingInput, onProgress: (phase: string, progress: number) => void): TrainingOutcome {
  const { seed, extractor, ranker: current, tasks } = input;
  let trained: TrainedModel;
  try {
    trained = trainRanker({ seed, extractor, tasks, onProgress });
  } catch (error) {
    if (error instanceof RankingError && error.code === 'TOO_LITTLE_EXPERIENCE') {
      return { kind: 'skipped', reason: error.message };
    }
    throw error;
  }
  onProgress('gate', 1);
  return { kind: 'candidate', ...trained, verdict: gate({ candidate: trained.ranker, current, experience: tasks }) };
}
