const DAY_S = 24 * 60 * 60;

/** One queue for each kind of work, so that a slow kind never holds up another. */
export type QueueName = 'training' | 'maintenance';

export interface QueueSettings {
  readonly concurrency: number;
  /** A job whose worker was killed is free again after at most `lockDuration + stalledInterval` milliseconds. */
  readonly lockDuration: number;
  readonly stalledInterval: number;
}

export const queueSettings: Readonly<Record<QueueName, QueueSettings>> = {
  training: { concurrency: 1, lockDuration: 8_000, stalledInterval: 3_000 },
  maintenance: { concurrency: 4, lockDuration: 8_000, stalledInterval: 3_000 },
};

export const jobOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
  removeOnComplete: { age: DAY_S, count: 1_000 },
  removeOnFail: { age: 30 * DAY_S, count: 5_000 },
} as const;

// Each kill of a worker counts as a stall; the default of 1 would give up on a job after two restarts in a row.
export const MAX_STALLS = 10;
