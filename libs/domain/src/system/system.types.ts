export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly milliseconds: number;
}

export interface RanMigration {
  readonly name: string;
  /** When the step was written; the order in which steps run. */
  readonly writtenAt: Date;
}

export interface SystemStatus {
  /** Of Edgelore. */
  readonly version: string;
  readonly node: string;
  readonly postgres: string;
  readonly databaseBytes: number;
  /** Where the queue lives. */
  readonly queueBackend: 'postgres' | 'redis';
  readonly startedAt: Date;
  readonly checks: readonly Check[];
  /** Newest first. */
  readonly migrations: readonly RanMigration[];
  /** Steps that this process knows and the database lacks. */
  readonly pendingMigrations: readonly string[];
}
