import type { QueuedJob as Job, QueueName, QueueState } from '@edgelore/platform';

/** One queue: what is in it, and how fast it goes. */
export interface QueueStatus extends Readonly<Record<QueueState, number>> {
  readonly queue: QueueName;
  readonly paused: boolean;
  /** Events whose effect was written within the last hour. */
  readonly processedLastHour: number;
  /** Events that were accepted and have no effect yet, in the queue or on the way to it. */
  readonly pending: number;
  readonly oldestPendingAt: Date | null;
}

export interface QueuedJob extends Omit<Job, 'progress'> {
  readonly queue: QueueName;
  readonly phase: string | null;
  /** 0 to 1. */
  readonly progress: number | null;
}

export interface JobReference {
  readonly queue: string;
  readonly id: string;
}
