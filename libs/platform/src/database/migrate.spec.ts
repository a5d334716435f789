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

  it('each go up, down and up again to the same schema', async () => {
    const database = await connect(await postgres.createDatabase());
    const empty = await schemaDump(database);
    const runner = database.createQueryRunner();
    const steps = migrations.map((Migration) => new Migration());
    for (const step of steps) {
      const before = await schemaDump(database);
      await step.up(runner);
      const after = await schemaDump(database);
      expect(after).not.toBe(before);
      await step.down(runner);
      expect(await schemaDump(database)).toBe(before);
      await step.up(runner);
      expect(await schemaDump(database)).toBe(after);
    }
    for (const step of steps.reverse()) await step.down(runner);
    await runner.release();
    expect(await schemaDump(database)).toBe(empty);
  });

  it('are all taken back by revertMigrations', async () => {
    const database = await connect(await postgres.createDatabase());
    const empty = await schemaDump(database);
    expect(await runMigrations(database)).toHaveLength(migrations.length);
    await revertMigrations(database);
    expect(await schemaDump(database)).toBe(empty);
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
