import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { AppError } from '../errors/app-error.js';

// Any constant will do, as long as every process of the platform uses the same one.
const MIGRATION_LOCK = 5_177_001;

/**
 * Brings the schema up to date and returns the names of the migrations that ran. Several processes may call it at once: one migrates, the
 * others wait and then find nothing to do.
 */
export function runMigrations(database: DataSource): Promise<string[]> {
  return withMigrationLock(database, async (executor) => {
    const ran = await executor.executePendingMigrations();
    return ran.map((migration) => migration.name);
  });
}

/** Takes back every migration, the latest first. */
export function revertMigrations(database: DataSource): Promise<void> {
  return withMigrationLock(database, async (executor) => {
    while ((await executor.getExecutedMigrations()).length > 0) await executor.undoLastMigration();
  });
}

/** The statements that would make the schema match the entities: an empty list means that the migrations and the entities agree. */
export async function schemaDrift(database: DataSource): Promise<string[]> {
  const drift = await database.driver.createSchemaBuilder().log();
  return drift.upQueries.map((query) => query.query);
}

async function withMigrationLock<Result>(
  database: DataSource,
  work: (executor: MigrationExecutor) => Promise<Result>,
): Promise<Result> {
  const runner = database.createQueryRunner();
  await runner.connect();
  try {
    // The wait for another process's migrations may be long; a migration's own wait for a table may not, because everybody queues behind it.
    await runner.query('SET statement_timeout = 0');
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await runner.query("SET lock_timeout = '2s'");
    const executor = new MigrationExecutor(database, runner);
    executor.transaction = 'each';
    return await work(executor);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('MIGRATION_FAILED', `The database schema could not be changed: ${reason}`, { cause });
  } finally {
    await release(runner);
  }
}

// The connection goes back to the pool: without the lock and with its settings as they were.
async function release(runner: QueryRunner): Promise<void> {
  try {
    await runner.query('SELECT pg_advisory_unlock_all()');
    await runner.query('RESET lock_timeout');
    await runner.query('RESET statement_timeout');
  } finally {
    await runner.release();
  }
}
