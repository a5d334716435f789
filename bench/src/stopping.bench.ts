// npm run bench -- stopping [--file ROWS]: what advice to stop early would have done in searches over measured trials.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { adviseStop } from '@edgelore/client';
import { seededRandom } from '@edgelore/tensor';
import { experienceFile } from './experience.js';
import type { TrialRow } from './trials.js';

type Run = Pick<TrialRow, 'curve' | 'ap50' | 'steps'>;

/** Trials of a domain below which there is no search to speak of. */
const LEAST_TRIALS = 6;

/** Average precision that is clearly lost: more than the noise of a measurement. */
const NOISE = 0.02;

const { values } = parseArgs({
  options: {
    file: { type: 'string', default: experienceFile },
    orders: { type: 'string', default: '500' },
  },
});
const rows = readFileSync(values.file, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line): TrialRow => JSON.parse(line));
const searches = new Map<string, TrialRow[]>();
for (const row of rows) {
  const key = `${row.domain}/${JSON.stringify(row.budget)}/${row.seed}`;
  searches.set(key, [...(searches.get(key) ?? []), row]);
}
const random = seededRandom('stopping');
const total = { searches: 0, trials: 0, stopped: 0, stoppedBest: 0, saved: 0, lost: 0, clearlyLost: 0 };
const domains = new Set<string>();
for (const runs of searches.values()) {
  if (runs.length < LEAST_TRIALS) continue;
  domains.add(runs[0]?.domain ?? '');
  for (let order = 0; order < Number(values.orders); order += 1) search(random.shuffle([...runs]));
}
const share = (part: number, whole: number) => Math.round((1e4 * part) / whole) / 1e4;
console.log(
  JSON.stringify({
    domains: domains.size,
    trials: rows.length,
    searches: total.searches,
    runsStopped: share(total.stopped, total.trials),
    timeSaved: share(total.saved, total.trials),
    bestStopped: share(total.stoppedBest, total.searches),
    ap50Lost: share(total.lost, total.searches),
    clearlyLost: share(total.clearlyLost, total.searches),
  }),
);

/** One search in this order: every run is looked at where its curve was, and ended there when advised. */
function search(runs: readonly Run[]): void {
  const best = Math.max(...runs.map(({ ap50 }) => ap50));
  const finished: Run[] = [];
  let isBestStopped = false;
  for (const run of runs) {
    const end = run.curve.findIndex((_, at) => isStopped(run, at, finished));
    total.trials += 1;
    if (end < 0) {
      finished.push(run);
      continue;
    }
    total.stopped += 1;
    total.saved += 1 - (run.curve[end]?.step ?? 0) / run.steps;
    if (run.ap50 === best) isBestStopped = true;
  }
  total.searches += 1;
  total.stoppedBest += isBestStopped ? 1 : 0;
  const lost = best - Math.max(...finished.map(({ ap50 }) => ap50));
  total.lost += lost;
  total.clearlyLost += lost > NOISE ? 1 : 0;
}

function isStopped(run: Run, at: number, finished: readonly Run[]): boolean {
  if (at === run.curve.length - 1) return false;
  const sofar = { curve: run.curve.slice(0, at + 1), steps: run.steps };
  return adviseStop(
    sofar,
    finished.map(({ curve }) => curve),
  ).stop;
}
