import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Journal, keyOf } from '../journal.js';
import type { Done, Unit } from './worker.js';

export interface RunOptions {
  readonly journal: Journal<Done>;
  /** What results depend on beside the unit: data and code. */
  readonly version: string;
  readonly jobs: number;
}

/** Seconds between lines of progress. */
const PACE = 10;

/** Runs what the journal does not know, a thread a core; results in the order of the units. Killed and started again it goes on. */
export async function runUnits(units: readonly Unit[], { journal, version, jobs }: RunOptions): Promise<Done[]> {
  const keys = units.map((unit) => keyOf(version, unit));
  const open = units.map((unit, at) => ({ unit, key: keys[at]! })).filter(({ key }) => journal.get(key) === undefined);
  console.log(`${units.length} runs, ${units.length - open.length} of them known from before`);
  const since = performance.now();
  let said = since;
  let done = 0;
  const queue = [...open];
  const lane = async () => {
    const worker = new Worker(new URL('./worker.js', import.meta.url));
    for (let next = queue.shift(); next; next = queue.shift()) {
      journal.add(next.key, await answer(worker, next.unit), next.unit);
      done += 1;
      const now = performance.now();
      if (now - said > PACE * 1000 || done === open.length) {
        said = now;
        const rate = done / ((now - since) / 1000);
        console.log(
          `${done}/${open.length}, ${rate.toFixed(1)} a second, ${Math.ceil((open.length - done) / rate)} s left`,
        );
      }
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(jobs, open.length) }, lane));
  return keys.map((key) => journal.get(key)!);
}

async function answer(worker: Worker, unit: Unit): Promise<Done> {
  // Rejects where the worker fails.
  const answered = once(worker, 'message');
  worker.postMessage(unit);
  return (await answered)[0];
}
