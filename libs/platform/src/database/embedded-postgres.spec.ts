import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { newDataFolder } from '../testing/test-postgres.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import { linkLibraries } from './postgres-program.js';

describe('startEmbeddedPostgres', () => {
  let folder: string;
  const servers: EmbeddedPostgres[] = [];
  const launchers: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await newDataFolder();
  });

  afterEach(async () => {
    for (const launcher of launchers.splice(0)) launcher.kill('SIGKILL');
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres(folder, { durable: false });
    servers.push(server);
    return server;
  }

  async function launch(): Promise<{ launcher: ChildProcess; url: string }> {
    const script = fileURLToPath(new URL('../testing/launcher.js', import.meta.url));
    const launcher = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    launchers.push(launcher);
    const [chunk] = await once(launcher.stdout!, 'data');
    return { launcher, url: String(chunk).trim() };
  }

  const serverPid = () => Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

  it('serves on loopback, to a role that is no administrator, with a password kept to its owner', async () => {
    const server = await start();
    const settings = await query(server.url, 'SHOW listen_addresses');
    expect(settings).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(
      await query(server.url, 'SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user'),
    ).toEqual([{ rolsuper: false, rolcreaterole: false }]);
    expect(statSync(join(folder, 'postgres.json')).mode & 0o777).toBe(0o600);
    const stranger = server.url.replace(/:[0-9a-f]{48}@/, ':guess@');
    await expect(query(stranger, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('keeps the data from one start to the next, and refuses a second launcher meanwhile', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS value');
    await expect(startEmbeddedPostgres(folder)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
    await first.stop();
    expect(existsSync(join(folder, 'postgres', 'postmaster.pid'))).toBe(false);
    const second = await start();
    expect(await query(second.url, 'SELECT value FROM kept')).toEqual([{ value: 7 }]);
  });

  it('takes over the server of a launcher that was killed', async () => {
    const { launcher, url } = await launch();
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS value');
    const pid = serverPid();
    launcher.kill('SIGKILL');
    await once(launcher, 'exit');
    const server = await start();
    expect(server.url).toBe(url);
    expect(serverPid()).toBe(pid);
    expect(await query(server.url, 'SELECT value FROM kept')).toEqual([{ value: 7 }]);
    await servers.pop()!.stop();
    await expect(query(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('starts again after launcher and server were killed, and loses nothing committed', async () => {
    const { launcher, url } = await launch();
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS value');
    process.kill(serverPid(), 'SIGKILL');
    launcher.kill('SIGKILL');
    await once(launcher, 'exit');
    const server = await start();
    expect(await query(server.url, 'SELECT value FROM kept')).toEqual([{ value: 7 }]);
  });

  it('is not held up by a stale lock file whose process number now belongs to somebody else', async () => {
    writeFileSync(join(folder, 'postgres', 'postmaster.pid'), `${process.pid}\n${folder}/postgres\n1\n5432\n`);
    const server = await start();
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('names the remedy when the data is of another version or the folder cannot be written', async () => {
    writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '12\n');
    await expect(startEmbeddedPostgres(folder)).rejects.toThrow('written by Postgres 12');
    writeFileSync(join(folder, 'file'), '');
    await expect(startEmbeddedPostgres(join(folder, 'file', 'data'))).rejects.toThrow('EDGELORE_DATA_DIR');
  });
});

describe('linkLibraries', () => {
  it('makes the links that npm leaves out, and leaves those that are there', () => {
    const home = mkdtempSync(join(tmpdir(), 'edgelore-links-'));
    const library = join(home, 'native', 'lib');
    mkdirSync(library, { recursive: true });
    writeFileSync(join(library, 'libpq.so.5.18'), 'code');
    const links = ['libpq.so', 'libpq.so.5'].map((name) => ({
      source: 'native/lib/libpq.so.5.18',
      target: `native/lib/${name}`,
    }));
    writeFileSync(join(home, 'native', 'pg-symlinks.json'), JSON.stringify(links));
    linkLibraries(home);
    linkLibraries(home);
    for (const { target } of links) expect(readFileSync(join(home, target), 'utf8')).toBe('code');
    rmSync(home, { recursive: true });
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
