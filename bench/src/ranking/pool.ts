import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Journal, keyOf } from '../journal.js';
import { BenchError } from './bench-error.js';
import type { OpenBenchmark } from './benchmark-folder.js';
import { writeForPeer } from './lightgbm/lightgbm-search.js';
import type { Unit } from './units.js';

/** What a unit of work came to. */
export interface Result {
  readonly figures: readonly number[];
  readonly seconds: number;
}

/** What a worker says: a result, why there is none, or that it has nothing to do. */
export type Answer =
  | { readonly at: number; readonly result: Result }
  | { readonly at: number; readonly refused: string }
  | { readonly idle: true };

export interface PoolOptions {
  readonly journal: Journal<Result>;
  /** Folder for files that workers read. */
  readonly scratch: string;
  /** Threads. */
  readonly jobs: number;
  /** Version of the code that a unit's figures depend on. */
  version(unit: Unit): string;
  report(line: string): void;
}

/** Seconds between lines of progress. */
const PACE = 10;

/** Runs units that the journal does not know, a thread a core; results in the order of the units. */
export async function runUnits(
  { name, benchmark, hash }: OpenBenchmark,
  units: readonly Unit[],
  { journal, scratch, jobs, version, report }: PoolOptions,
): Promise<Result[]> {
  const keys = units.map((unit) => keyOf(hash, version(unit), unit));
  const queue = lanes(units.map((unit, at) => ({ unit, at })).filter(({ at }) => journal.get(keys[at]!) === undefined));
  const open = queue.flat().length;
  if (open > 0) {
    const known = units.length - open;
    report(`${name}: ${units.length} runs${known > 0 ? `, ${known} of them known from before` : ''}`);
    const peer = path.join(scratch, `${name}-${hash}`);
    if (queue.flat().some(({ unit }) => unit.method.kind === 'lightgbm')) {
      writeForPeer(benchmark, peer);
    }
    const since = performance.now();
    let done = 0;
    let said = since;
    await Promise.all(
      Array.from({ length: Math.min(jobs, queue.length) }, () =>
        runLanes({ benchmark, peer }, queue, (at, result) => {
          journal.add(keys[at]!, result, { data: name, ...units[at]! });
          done += 1;
          const now = performance.now();
          if (now - said > PACE * 1000 || done === open) {
            said = now;
            const rate = done / ((now - since) / 1000);
            report(`${name}: ${done}/${open}, ${rate.toFixed(1)} a second, ${Math.ceil((open - done) / rate)} s left`);
          }
        }),
      ),
    );
  }
  return keys.map((key) => journal.get(key)!);
}

type Lane = { readonly unit: Unit; readonly at: number }[];

/** Units that share what was trained on cheap labels go to one thread, one after another. */
function lanes(open: Lane): Lane[] {
  const byName = new Map<string, Lane>();
  for (const entry of open) {
    const { unit } = entry;
    const name = unit.kind === 'search' ? `${unit.target}/${unit.seed}` : `${unit.fold}/${JSON.stringify(unit.method)}`;
    byName.set(name, [...(byName.get(name) ?? []), entry]);
  }
  const pretraining = ({ unit }: Lane[number]) =>
    unit.method.kind === 'network' && 'pretraining' in unit.method ? JSON.stringify(unit.method.pretraining) : '';
  return [...byName.values()].map((lane) =>
    lane.sort((a, b) => (pretraining(a) < pretraining(b) ? -1 : pretraining(a) > pretraining(b) ? 1 : a.at - b.at)),
  );
}

function runLanes(
  workerData: { readonly benchmark: OpenBenchmark['benchmark']; readonly peer: string },
  queue: Lane[],
  keep: (at: number, result: Result) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
    worker.on('message', (answer: Answer) => {
      if ('idle' in answer) {
        worker.postMessage(queue.shift() ?? null);
      } else if ('refused' in answer) {
        reject(new BenchError(answer.refused));
      } else {
        keep(answer.at, answer.result);
      }
    });
    worker.once('error', reject);
    worker.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
  });
}
