import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { AppError } from '../errors/app-error.js';
import { findPostgresProgram, type PostgresProgram, postgresEnvironment, SHARED_ROOT } from './postgres-program.js';

export interface EmbeddedPostgres {
  /** `postgres://edgelore:<password>@127.0.0.1:<port>/edgelore` */
  readonly url: string;
  /** The same server for its administrator: may make and drop databases. */
  readonly adminUrl: string;
  /** Stops the server gracefully; connections that are still open are closed. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** False only where the data may be lost, in tests: commits then do not wait for the disk. */
  readonly durable?: boolean;
}

/** Written once beside the cluster, readable by its owner alone. */
interface ClusterFacts {
  readonly adminPassword: string;
  readonly password: string;
  /** Inside the data folder, or in a shared place when Postgres may not enter the data folder. */
  readonly cluster: string;
}

// Any constant: the launcher holds this advisory lock for as long as it lives, so that the server knows its owner.
const OWNER_LOCK = 5_177_002;
const READY_MS = 60_000;
const STARTS = 3;

/**
 * Brings up Postgres in `folder`, or takes over the one that an earlier launcher left running there. One launcher owns a data folder at a
 * time; a second one is refused.
 */
export async function startEmbeddedPostgres(
  folder: string,
  options: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  const dataDir = resolve(folder);
  const program = findPostgresProgram();
  const facts = clusterFacts(dataDir, program);
  const cluster = isAbsolute(facts.cluster) ? facts.cluster : join(dataDir, facts.cluster);
  if (!existsSync(join(cluster, 'PG_VERSION'))) createCluster(program, cluster, facts.adminPassword);
  refuseOtherVersion(program, cluster);

  const server = new Server(program, cluster, dataDir, facts, options.durable ?? true);
  const port = await server.bringUp();
  const owner = await takeOwnership(server.adminUrl(port), dataDir);
  await createDatabase(owner, facts.password);
  return {
    url: server.url(port),
    adminUrl: server.adminUrl(port),
    async stop() {
      await owner.end();
      await server.shutDown();
    },
  };
}

class Server {
  constructor(
    private readonly program: PostgresProgram,
    private readonly cluster: string,
    private readonly dataDir: string,
    private readonly facts: ClusterFacts,
    private readonly durable: boolean,
  ) {}

  url(port: number): string {
    return `postgres://edgelore:${this.facts.password}@127.0.0.1:${port}/edgelore`;
  }

  adminUrl(port: number): string {
    return `postgres://postgres:${this.facts.adminPassword}@127.0.0.1:${port}/postgres`;
  }

  async bringUp(): Promise<number> {
    // More than one try: the free port may be taken meanwhile, and another launcher may start the same cluster.
    for (let attempt = 1; attempt <= STARTS; attempt += 1) {
      const port = (await this.adopt()) ?? (await this.start());
      if (port !== undefined) return port;
    }
    throw new AppError(
      'POSTGRES_NOT_STARTED',
      `Postgres does not start; the reason is at the end of ${this.logFile()}.`,
    );
  }

  /** The port of a server that already runs on this cluster. */
  private async adopt(): Promise<number | undefined> {
    const lockFile = join(this.cluster, 'postmaster.pid');
    const lock = existsSync(lockFile) ? readFileSync(lockFile, 'utf8').split('\n') : [];
    const pid = Number(lock[0]);
    const port = Number(lock[3]);
    if (!(pid > 0)) return undefined;
    if (!this.isServer(pid)) {
      // Left by a server that was killed; its process number may belong to someone else by now, which would keep Postgres from starting.
      rmSync(lockFile, { force: true });
      return undefined;
    }
    if (!(port > 0)) {
      // It started a moment ago and has not written its port yet.
      await sleep(200);
      return undefined;
    }
    const ready = await waitUntilReady(this.adminUrl(port), () => this.isServer(pid));
    return ready ? port : undefined;
  }

  private isServer(pid: number): boolean {
    try {
      // A server works inside its cluster's folder.
      return realpathSync(`/proc/${pid}/cwd`) === realpathSync(this.cluster);
    } catch {
      if (existsSync('/proc/self')) return false;
    }
    const { stdout } = spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
    return (stdout ?? '').includes(this.cluster);
  }

  private async start(): Promise<number | undefined> {
    const port = await freePort();
    const settings = [
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'password_encryption=scram-sha-256',
      ...(this.durable
        ? // A hundred thousand trials and their indexes stay in memory; pages are taken when they are first used.
          ['shared_buffers=256MB']
        : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=16MB', 'autovacuum=off']),
    ];
    const log = openSync(this.logFile(), 'w', 0o600);
    const child = spawn(
      this.program.postgres,
      ['-D', this.cluster, ...settings.flatMap((setting) => ['-c', setting])],
      // Detached: Ctrl-C reaches the launcher alone, which stops the database last.
      { ...this.program.account, cwd: '/', env: postgresEnvironment, detached: true, stdio: ['ignore', log, log] },
    );
    closeSync(log);
    child.unref();
    let running = true;
    child.on('exit', () => {
      running = false;
    });
    child.on('error', () => {
      running = false;
    });
    return (await waitUntilReady(this.adminUrl(port), () => running)) ? port : undefined;
  }

  async shutDown(): Promise<void> {
    for (const mode of ['fast', 'immediate']) {
      const child = spawn(this.program.pgCtl, ['stop', '-D', this.cluster, '-m', mode, '-w', '-t', '15'], {
        ...this.program.account,
        cwd: '/',
        env: postgresEnvironment,
        stdio: 'ignore',
      });
      const [status] = await once(child, 'exit');
      if (status === 0 || !existsSync(join(this.cluster, 'postmaster.pid'))) return;
    }
  }

  private logFile(): string {
    return join(this.dataDir, 'postgres.log');
  }
}

function clusterFacts(dataDir: string, program: PostgresProgram): ClusterFacts {
  const file = join(dataDir, 'postgres.json');
  try {
    mkdirSync(dataDir, { recursive: true });
    if (!existsSync(file)) {
      const facts: ClusterFacts = {
        adminPassword: randomBytes(24).toString('hex'),
        password: randomBytes(24).toString('hex'),
        cluster: canEnter(program, dataDir)
          ? 'postgres'
          : join(SHARED_ROOT, `cluster-${randomBytes(6).toString('hex')}`),
      };
      writeOnce(file, JSON.stringify(facts));
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError(
      'POSTGRES_NOT_STARTED',
      `The data folder ${dataDir} cannot be written; choose another with EDGELORE_DATA_DIR.`,
      {
        cause,
      },
    );
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

function canEnter({ account }: PostgresProgram, folder: string): boolean {
  if (account === undefined) return true;
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
}

// Two launchers may start at once: the first link wins, and nobody reads half a file.
function writeOnce(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  try {
    linkSync(unfinished, file);
  } catch (cause) {
    if (!existsSync(file)) throw cause;
  } finally {
    unlinkSync(unfinished);
  }
}

function createCluster(program: PostgresProgram, cluster: string, adminPassword: string): void {
  const unfinished = `${cluster}.${process.pid}`;
  const passwordFile = `${unfinished}.password`;
  const { account } = program;
  try {
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(dirname(cluster), { recursive: true, mode: 0o755 });
    mkdirSync(unfinished, { mode: 0o700 });
    writeFileSync(passwordFile, adminPassword, { mode: 0o600 });
    if (account !== undefined) {
      chownSync(unfinished, account.uid, account.gid);
      chownSync(passwordFile, account.uid, account.gid);
    }
    const made = spawnSync(
      program.initdb,
      [
        `--pgdata=${unfinished}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
      ],
      { ...account, cwd: '/', env: postgresEnvironment, encoding: 'utf8' },
    );
    if (made.status !== 0) {
      const reason = made.error?.message ?? made.stderr.trim().split('\n').at(-1) ?? '';
      throw new AppError('POSTGRES_NOT_STARTED', `The database cannot be made in ${cluster}: ${reason}`);
    }
    renameSync(unfinished, cluster);
  } catch (cause) {
    // Another launcher may have been faster.
    if (existsSync(join(cluster, 'PG_VERSION'))) return;
    throw cause;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
    rmSync(passwordFile, { force: true });
  }
}

function refuseOtherVersion(program: PostgresProgram, cluster: string): void {
  const found = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  const [major] = program.version.split('.');
  if (found !== major) {
    throw new AppError(
      'POSTGRES_NOT_STARTED',
      `The data in ${cluster} was written by Postgres ${found}, this is Postgres ${major}; dump it with the old version first.`,
    );
  }
}

async function waitUntilReady(url: string, stillRuns: () => boolean): Promise<boolean> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline && stillRuns()) {
    const client = connection(url);
    try {
      await client.connect();
      return true;
    } catch {
      await sleep(50);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
}

async function takeOwnership(adminUrl: string, dataDir: string): Promise<Client> {
  const client = connection(adminUrl);
  await client.connect();
  // The lock of a launcher that was just killed goes when the server notices; a moment is enough.
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [OWNER_LOCK]);
    if (rows[0]?.mine === true) return client;
    await sleep(100);
  }
  await client.end();
  throw new AppError(
    'DATA_DIR_IN_USE',
    `Edgelore already runs with the data folder ${dataDir}; stop it, or choose another folder with EDGELORE_DATA_DIR.`,
  );
}

/** The application's role owns its database and is no administrator. */
async function createDatabase(client: Client, password: string): Promise<void> {
  const role = await client.query("SELECT 1 FROM pg_roles WHERE rolname = 'edgelore'");
  if (role.rows.length === 0)
    await client.query(`CREATE ROLE edgelore LOGIN PASSWORD ${client.escapeLiteral(password)}`);
  const database = await client.query("SELECT 1 FROM pg_database WHERE datname = 'edgelore'");
  if (database.rows.length === 0) await client.query('CREATE DATABASE edgelore OWNER edgelore');
}

function connection(url: string): Client {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    application_name: 'edgelore launcher',
  });
  // The server closes this connection when it stops; that is no failure.
  client.on('error', () => undefined);
  return client;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new AppError('POSTGRES_NOT_STARTED', 'No port is free.');
  return address.port;
}
