import type { DataSource } from 'typeorm';
import { AppError } from '../errors/app-error.js';

// Any constant will do, as long as every process of the platform uses the same one.
const MIGRATION_LOCK = 5_177_001;

/**
 * Brings the schema up to date and returns the names of the migrations that ran. Several processes may call it at once: one migrates, the
 * others wait and then find nothing to do.
 */
export async function runMigrations(database: DataSource): Promise<string[]> {
  const lock = database.createQueryRunner();
  await lock.connect();
  try {
    await lock.query('SET statement_timeout = 0');
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await database.runMigrations({ transaction: 'each' });
    return ran.map((migration) => migration.name);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('MIGRATION_FAILED', `The database schema could not be brought up to date: ${reason}`, {
      cause: error,
    });
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await lock.query('RESET statement_timeout').catch(() => undefined);
    await lock.release();
  }
}

/** The statements that would make the schema match the entities: an empty list means that the migrations and the entities agree. */
export async function schemaDrift(database: DataSource): Promise<string[]> {
  const drift = await database.driver.createSchemaBuilder().log();
  return drift.upQueries.map((query) => query.query);
}
