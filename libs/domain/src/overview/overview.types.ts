import type { TrialTotals } from '../trials/trial.types.js';

/** What noise tells of the privacy that owners keep; what a dataset has spent in all stands in the ledger on its owner's machine. */
export interface PrivacyTotals {
  readonly noised: number;
  readonly plain: number;
  readonly leastEpsilon: number | null;
  readonly mostEpsilon: number | null;
}

export interface DayCount {
  /** Midnight UTC. */
  readonly day: Date;
  readonly trials: number;
}

export interface Overview {
  readonly tasks: number;
  readonly openTasks: number;
  readonly untriedTasks: number;
  readonly recommendations: number;
  readonly trials: TrialTotals;
  readonly privacy: PrivacyTotals;
  /** The last thirty days, the oldest first. */
  readonly days: readonly DayCount[];
}
