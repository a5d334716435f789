import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CurvePoint, TrainingBudget } from '@edgelore/detection';
import { type Configuration, configurationId } from '@edgelore/search-space';

export interface TrialOrder {
  readonly domain: string;
  readonly configuration: Configuration;
  readonly seed: number;
  readonly budget: TrainingBudget;
  readonly threads: number;
  /** The file that `start: shipped` reads. */
  readonly startingWeights: string;
  readonly codeVersion: string;
}

/** One configuration trained on one domain. */
export interface TrialRow {
  readonly domain: string;
  readonly splitSeed: number;
  readonly seed: number;
  readonly configurationId: string;
  readonly configuration: Configuration;
  /** What the training was given; runs of different budgets are different trials. */
  readonly budget: TrainingBudget;
  readonly ap50: number;
  readonly ap75: number;
  /** AP50 on the way, by rising step; the last point is the result. */
  readonly curve: readonly CurvePoint[];
  readonly loss: number;
  readonly macs: number;
  readonly parameters: number;
  readonly bytes: number;
  /** Computing time of the training, all threads added. */
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly steps: number;
  readonly backend: string;
  readonly threads: number;
  readonly codeVersion: string;
}

export function codeVersion(): string {
  const git = spawnSync('git', ['rev-parse', '--short', 'HEAD'], {
    encoding: 'utf8',
    cwd: path.dirname(fileURLToPath(import.meta.url)),
  });
  return git.status === 0 ? git.stdout.trim() : 'unknown';
}

/** Rows of a JSON-lines file. A last line that a kill cut short is removed from the file. */
export function readRows(file: string): TrialRow[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
  return whole
    .split('\n')
    .filter(Boolean)
    .map((line): TrialRow => JSON.parse(line));
}

type TrialKey = Pick<TrialRow, 'domain' | 'seed' | 'configurationId' | 'budget'>;

const keyOf = ({ domain, seed, configurationId: id, budget }: TrialKey) =>
  `${domain}/${seed}/${id}/${JSON.stringify(budget)}`;

/** Runs the orders that neither `file` nor `measured` has a row for, `jobs` at a time, each in its own process; appends a row to `file` when one is done. */
export async function runTrials(
  orders: readonly TrialOrder[],
  options: { file: string; jobs: number; measured?: readonly TrialRow[] },
): Promise<TrialRow[]> {
  mkdirSync(path.dirname(options.file), { recursive: true });
  const known = () => [...(options.measured ?? []), ...readRows(options.file)];
  const done = new Set(known().map(keyOf));
  const orderKey = (order: TrialOrder) => keyOf({ ...order, configurationId: configurationId(order.configuration) });
  const open = orders.filter((order) => !done.has(orderKey(order)));
  console.log(`${orders.length} trials, ${orders.length - open.length} already measured`);
  const started = performance.now();
  let finished = 0;
  const queue = [...open];
  const failures: string[] = [];
  const lane = async () => {
    for (let order = queue.shift(); order; order = queue.shift()) {
      const label = `${order.domain} ${configurationId(order.configuration)}`;
      try {
        const row = await runTrial(order);
        appendFileSync(options.file, `${JSON.stringify(row)}\n`);
        finished++;
        const left = ((performance.now() - started) / finished) * (open.length - finished);
        console.log(
          `${finished}/${open.length} ${label}: AP50 ${row.ap50.toFixed(3)} after ${row.steps} steps, ${Math.ceil(left / 60_000)} min left`,
        );
      } catch (error) {
        failures.push(`${label}: ${error instanceof Error ? error.message : String(error)}`);
        console.error(`failed ${failures.at(-1)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, lane));
  if (failures.length > 0)
    throw new Error(
      `${failures.length} of ${open.length} trials failed; run the same command again to repeat only those`,
    );
  const wanted = new Set(orders.map(orderKey));
  return known().filter((row) => wanted.has(keyOf(row)));
}

function runTrial(order: TrialOrder): Promise<TrialRow> {
  const worker = fileURLToPath(new URL('trial-worker.js', import.meta.url));
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, ['--enable-source-maps', worker, JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let last = '';
    let complaint = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      last = line;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-2000);
    });
    child.once('error', failed);
    child.once('close', (code, signal) => {
      if (code === 0) done(JSON.parse(last));
      else failed(new Error(`ended with ${signal ?? code}: ${complaint.trim().split('\n').slice(-6).join(' | ')}`));
    });
  });
}
