import { Worker } from 'node:worker_threads';
import type { TrainingInput, TrainingMessage, TrainingOutcome } from './training.types.js';

export interface ThreadOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (phase: string, progress: number) => void;
}

/** Trains in a thread of its own, so that the queue worker's event loop keeps its locks. Aborting ends the thread. */
export function trainInThread(input: TrainingInput, options: ThreadOptions): Promise<TrainingOutcome> {
  options.signal.throwIfAborted();
  const thread = new Worker(new URL('./training.thread.js', import.meta.url), { workerData: input });
  return new Promise<TrainingOutcome>((resolve, reject) => {
    const abort = () => reject(options.signal.reason);
    options.signal.addEventListener('abort', abort, { once: true });
    thread.on('message', (message: TrainingMessage) => {
      if (message.kind === 'progress') options.onProgress(message.phase, message.progress);
      else resolve(message.outcome);
    });
    thread.on('error', reject);
    thread.on('exit', (code) => reject(new Error(`The training thread ended with code ${code} and no outcome.`)));
  }).finally(() => thread.terminate());
}
