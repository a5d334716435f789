import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { ClientError, systemCode, throwIfAborted } from '../errors/client.error.js';
import { type TrainerProgress, trainerProgress } from './trainer-contract.js';

export interface RunTrainerOptions {
  /** Program and arguments. */
  readonly words: readonly string[];
  /** Folder of the run: what an error is about. */
  readonly folder: string;
  readonly onProgress: (progress: TrainerProgress) => void;
  /** A line of the trainer's that is no progress. */
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Time in which the last output of a trainer that has ended is read. */
const LAST_WORDS_MS = 1_000;
/** Time that an interrupted trainer has to save what it likes. */
const GRACE_MS = 5_000;

/**
 * Runs the trainer until it ends, with everything that it starts in one process group of its own, so that an interruption ends all of it.
 *
 * @throws ClientError TRAINER_INVALID when the program cannot be started, TRAINER_FAILED when it ends with another exit code than 0, INTERRUPTED.
 */
export async function runTrainer(options: RunTrainerOptions): Promise<void> {
  const { words, folder, onProgress, onLine, signal } = options;
  const [name = '', ...args] = words;
  throwIfAborted(signal, folder);
  const posix = process.platform !== 'win32';
  // A trainer has no business with the platform.
  const { EDGELORE_API_KEY, ...env } = process.env;
  const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: posix, windowsHide: true, env });
  const kill = (how: NodeJS.Signals) => {
    if (child.pid === undefined) return;
    if (posix) killGroup(child.pid, how);
    else spawnSync('taskkill', ['/pid', `${child.pid}`, '/T', '/F'], { stdio: 'ignore' });
  };
  let patience: NodeJS.Timeout | undefined;
  const stop = () => {
    kill('SIGTERM');
    patience = setTimeout(() => kill('SIGKILL'), GRACE_MS);
  };
  const atExit = () => kill('SIGKILL');
  process.once('exit', atExit);
  signal?.addEventListener('abort', stop, { once: true });
  let last = '';
  const say = (line: string) => {
    if (line.trim() === '') return;
    last = line.trim();
    onLine(line);
  };
  try {
    const ended = new Promise<{ code: number | null; by: NodeJS.Signals | null }>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, by) => resolve({ code, by }));
      child.once('exit', () => {
        // What the trainer leaves behind would go on computing unseen.
        if (posix) kill('SIGKILL');
        // What left its group keeps the output open, and is nobody to wait for.
        setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, LAST_WORDS_MS).unref();
      });
    });
    eachLine(child.stdout, (line) => {
      const progress = progressOf(line);
      if (progress) onProgress(progress);
      else say(line);
    });
    eachLine(child.stderr, say);
    const { code, by } = await ended.catch((cause: unknown) => {
      throw new ClientError('TRAINER_INVALID', {
        file: name,
        problem: `cannot be started (${systemCode(cause) ?? String(cause)})`,
        remedy: 'Check the program that --trainer names',
        cause,
      });
    });
    throwIfAborted(signal, folder);
    if (code === 0) return;
    throw new ClientError('TRAINER_FAILED', {
      file: folder,
      problem: `the trainer ${code === null ? `was ended by ${by}` : `ended with exit code ${code}`}${last && `; its last line: ${last.slice(0, 300)}`}`,
      remedy: 'Nothing of this run was reported. Repair the trainer and run the same command again',
    });
  } finally {
    clearTimeout(patience);
    signal?.removeEventListener('abort', stop);
    process.removeListener('exit', atExit);
  }
}

function eachLine(stream: Readable, take: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', take);
}

function progressOf(line: string): TrainerProgress | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    return trainerProgress.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function killGroup(pid: number, how: NodeJS.Signals): void {
  try {
    process.kill(-pid, how);
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}
