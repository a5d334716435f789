import { KernelRuntime } from '@edgelore/kernels';
import { gate, RankingError, type TrainedModel, trainRanker } from '@edgelore/ranking';
import type { TrainingInput, TrainingOutcome } from './training.types.js';

/** Trains the next model and has it judged. Takes seconds of CPU: see `trainInThread`. */
export async function train(
  input: TrainingInput,
  onProgress: (phase: string, progress: number) => void,
): Promise<TrainingOutcome> {
  // The same experience trains the same model on every machine.
  const runtime = await KernelRuntime.start({ threads: 1, fused: false });
  try {
    return trainAndJudge(input, runtime, onProgress);
  } finally {
    runtime.dispose();
  }
}

function trainAndJudge(
  { seed, extractor, ranker: current, tasks, proposed }: TrainingInput,
  runtime: KernelRuntime,
  onProgress: (phase: string, progress: number) => void,
): TrainingOutcome {
  let trained: TrainedModel;
  try {
    trained = trainRanker({ seed, extractor, tasks, proposed, runtime, onProgress });
  } catch (error) {
    if (error instanceof RankingError && error.code === 'TOO_LITTLE_EXPERIENCE') {
      return { kind: 'skipped', reason: error.message };
    }
    throw error;
  }
  onProgress('gate', 1);
  const verdict = gate({ candidate: trained.ranker, current, experience: tasks, runtime });
  return { kind: 'candidate', ...trained, verdict };
}
