import type { ModelVersion } from '../model-versions/model-version.types.js';
import type { QueueStatus } from '../queues/queue.types.js';
import type { TrainingStatus } from '../training/training.types.js';
import type { Trial } from '../trials/trial.types.js';

export type LiveKind = 'training' | 'models' | 'trials' | 'queues';

/** What may be followed while it happens. */
export type LiveEvent =
  | { readonly kind: 'training'; readonly status: TrainingStatus }
  | { readonly kind: 'models'; readonly version: ModelVersion }
  | { readonly kind: 'trials'; readonly trial: Trial }
  | { readonly kind: 'queues'; readonly queues: readonly QueueStatus[] };

export interface LiveRequest {
  /** What to follow; all that the caller may see where left out. */
  readonly of?: readonly LiveKind[] | null;
  /** Trials of this task only. */
  readonly taskId?: string | null;
}
