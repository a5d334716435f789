import type { MigrationClass } from '../database/data-source.js';

export interface TestPostgres {
  readonly url: string;
  /** A new, empty or migrated database on the same server. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** A real Postgres for one spec file, with the given migrations applied. `await startTestPostgres()` in beforeAll, `stop()` in afterAll. */
export declare function startTestPostgres(options?: { migrations?: readonly MigrationClass[] }): Promise<TestPostgres>;
