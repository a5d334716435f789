import { migrations } from '@edgelore/migrations';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { foreignKeysWithoutIndex, schemaDump } from '../testing/schema-dump.js';
import { startTestPostgres, type TestPostgres } from '../testing/test-postgres.js';
import { createDataSource } from './data-source.js';
import { revertMigrations, runMigrations } from './migrate.js';

describe('migrations', () => {
  let postgres: TestPostgres;
  const open: DataSource[] = [];

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });

  afterAll(async () => {
    await Promise.all(open.map((database) => database.destroy()));
    await postgres.stop();
  });

  async function connect(url: string, list: Parameters<typeof createDataSource>[0]['migrations'] = migrations) {
    const database = await createDataSource({ url, migrations: list }).initialize();
    open.push(database);
    return database;
  }

  it('go up, down and up again to the same schema', async () => {
    const database = await connect(await postgres.createDatabase());
    const empty = await schemaDump(database);
    expect(await runMigrations(database)).toHaveLength(migrations.length);
    const first = await schemaDump(database);
    expect(first.split('\n').length).toBeGreaterThan(100);
    await revertMigrations(database);
    expect(await schemaDump(database)).toBe(empty);
    await runMigrations(database);
    expect(await schemaDump(database)).toBe(first);
  });

  it('each go back to the schema they found', async () => {
    const database = await connect(await postgres.createDatabase());
    await runMigrations(database);
    await revertMigrations(database);
    for (const [index] of migrations.entries()) {
      const step = await connect(await postgres.createDatabase(), migrations.slice(0, index));
      await runMigrations(step);
      const before = await schemaDump(step);
      const runner = step.createQueryRunner();
      const migration = new migrations[index]!();
      await migration.up(runner);
      expect(await schemaDump(step)).not.toBe(before);
      await migration.down(runner);
      await runner.release();
      if (index > 0) expect(await schemaDump(step)).toBe(before);
    }
  });

  it('run once when several processes start at the same moment', async () => {
    const url = await postgres.createDatabase();
    const processes = await Promise.all([connect(url), connect(url), connect(url)]);
    const ran = await Promise.all(processes.map((database) => runMigrations(database)));
    expect(ran.map((names) => names.length).sort()).toEqual([0, 0, migrations.length]);
  });

  it('leave a connection as they found it', async () => {
    const database = await connect(await postgres.createDatabase());
    await runMigrations(database);
    const [{ lock_timeout: timeout }] = await database.query('SHOW lock_timeout');
    const [{ locks }] = await database.query(`
      SELECT count(*)::int AS locks FROM pg_locks
       WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    expect([timeout, locks]).toEqual(['0', 0]);
  });

  it('index every foreign key', async () => {
    const database = await connect(await postgres.createDatabase());
    await runMigrations(database);
    expect(await foreignKeysWithoutIndex(database)).toEqual([]);
  });

  it('say which step failed', async () => {
    class Broken1999999999999 {
      readonly name = 'Broken1999999999999';
      async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
        await runner.query('CREATE TABLE half (id int)');
        await runner.query('SELECT nonsense');
      }
      async down(): Promise<void> {
        throw new Error('not reached');
      }
    }
    const database = await connect(await postgres.createDatabase(), [Broken1999999999999]);
    await expect(runMigrations(database)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    expect(await schemaDump(database)).not.toContain('half');
  });
});
