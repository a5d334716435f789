import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createDataSource, type MigrationClass } from '../database/data-source.js';
import { startEmbeddedPostgres } from '../database/embedded-postgres.js';
import { runMigrations } from '../database/migrate.js';

export interface TestPostgres {
  /** A database with the migrations applied. */
  readonly url: string;
  /** Another database like the first, untouched by what happened there; returns its URL. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * A real Postgres for one spec file: start it in `beforeAll`, stop it in `afterAll`. Making a cluster takes seconds, so it is made once a
 * machine and copied.
 */
export async function startTestPostgres(
  options: { migrations?: readonly MigrationClass[] } = {},
): Promise<TestPostgres> {
  const folder = await newDataFolder();
  const server = await startEmbeddedPostgres(folder, { durable: false });
  const admin = new Client({ connectionString: server.adminUrl });
  await admin.connect();
  await migrate(server.url, options.migrations ?? []);

  let databases = 0;
  async function createDatabase(): Promise<string> {
    databases += 1;
    const name = `test_${databases}`;
    await admin.query(`CREATE DATABASE ${name} TEMPLATE edgelore OWNER edgelore`);
    return server.url.replace(/\/edgelore$/, `/${name}`);
  }

  return {
    // The original is kept clean and unconnected, as the pattern of the others.
    url: await createDatabase(),
    createDatabase,
    async stop() {
      await admin.end();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A data folder with a fresh cluster in it, not running. */
export async function newDataFolder(): Promise<string> {
  const template = await clusterTemplate();
  const folder = newFolder();
  execFileSync('cp', ['-a', `${template}/.`, folder]);
  return folder;
}

async function clusterTemplate(): Promise<string> {
  const template = join(tmpdir(), `edgelore-test-postgres-1-${userInfo().uid}`);
  if (existsSync(template)) return template;
  const unfinished = newFolder();
  const server = await startEmbeddedPostgres(unfinished, { durable: false });
  await server.stop();
  try {
    renameSync(unfinished, template);
  } catch (cause) {
    // Another spec file may have been faster.
    if (!existsSync(template)) throw cause;
    rmSync(unfinished, { recursive: true, force: true });
  }
  return template;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'edgelore-test-'));
  // Postgres runs under its own account where the tests run as root.
  chmodSync(folder, 0o755);
  return folder;
}

async function migrate(url: string, migrations: readonly MigrationClass[]): Promise<void> {
  const database = await createDataSource({ url, migrations }).initialize();
  await runMigrations(database);
  await database.destroy();
}
