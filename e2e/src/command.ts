import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../client-sdk/dist/cli/main.js', import.meta.url));

/** A configuration of this size trains in seconds on any machine. */
export const small = ['--max-macs', '3000000'] as const;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running program whose output is kept. */
export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** What it has said so far. */
  said(): string;
}

/** Runs a script as a process of its own. */
export function start(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(EDGELORE_|DATABASE_URL|REDIS_URL|PORT$|HOST$)/.test(name),
  );
  const child = spawn(process.execPath, ['--no-warnings', file, ...args], {
    env: { ...Object.fromEntries(inherited), EDGELORE_BACKEND: 'wasm', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const finished = once(child, 'close').then(([code]): Finished => ({ code, stdout, stderr }));
  return { child, finished, said: () => stderr };
}

/** The `edgelore` command, as an owner starts it. */
export function edgelore(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  return start(COMMAND, args, env);
}

/** What `--json` printed; where the command failed, what it said instead. */
export function jsonOf<Result>({ code, stdout, stderr }: Finished): Result {
  if (code !== 0) throw new Error(`the command ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}
