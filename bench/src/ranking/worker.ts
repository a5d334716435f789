// A thread that runs units of work on one table, one core.
import { parentPort, workerData } from 'node:worker_threads';
import { KernelRuntime } from '@edgelore/kernels';
import { type Benchmark, RankingError } from '@edgelore/ranking';
import { LightgbmSearch } from './lightgbm/lightgbm-search.js';
import type { Answer } from './pool.js';
import { foldRegrets } from './run-fold.js';
import { SearchRunner } from './run-search.js';
import type { Unit } from './units.js';

const { benchmark, peer }: { benchmark: Benchmark; peer: string } = workerData;
const runtime = await KernelRuntime.start({ threads: 1 });
const lightgbm = new LightgbmSearch(peer);
const searches = new SearchRunner(runtime, benchmark, lightgbm);
const say = (answer: Answer) => parentPort!.postMessage(answer);

parentPort!.on('message', async (units: readonly { readonly unit: Unit; readonly at: number }[] | null) => {
  if (units === null) {
    lightgbm.stop();
    parentPort!.close();
    return;
  }
  for (const { unit, at } of units) {
    const since = performance.now();
    try {
      const figures = unit.kind === 'search' ? [await searches.regret(unit)] : foldRegrets(runtime, benchmark, unit);
      say({ at, result: { figures, seconds: (performance.now() - since) / 1000 } });
    } catch (error) {
      if (!(error instanceof RankingError)) {
        throw error;
      }
      say({ at, refused: error.message });
    }
  }
  say({ idle: true });
});
say({ idle: true });
