// npm run bench -- ranking: searches and rankings on tables of the format of docs/ranking-benchmark.md. Killed and started again it goes on.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { RankingError } from '@edgelore/ranking';
import { codeHash } from './code-hash.js';
import { Journal } from './journal.js';
import { BenchError } from './ranking/bench-error.js';
import { dataFolder, openBenchmark } from './ranking/benchmark-folder.js';
import { lightgbmVersion } from './ranking/lightgbm/lightgbm-search.js';
import { once } from './ranking/once.js';
import { type BenchOptions, benchOptions } from './ranking/options.js';
import type { PoolOptions } from './ranking/pool.js';
import { figuresOf } from './ranking/protocols.js';
import { sharedData } from './ranking/shared-data.js';

/** What decides the figures of our own methods. */
const CODE = [
  ...['benchmark', 'losses', 'metrics', 'scorers', 'search', 'weak-labels'].map((part) => `libs/ranking/dist/${part}`),
  'libs/kernels/dist',
  'bench/dist/ranking/run-search.js',
  'bench/dist/ranking/run-fold.js',
];

async function main(options: BenchOptions): Promise<unknown> {
  const out = options.out ?? fileURLToPath(new URL('../../.edgelore/bench/ranking.jsonl', import.meta.url));
  const code = codeHash(CODE);
  const lightgbm = once(lightgbmVersion);
  const pool: PoolOptions = {
    journal: new Journal(out),
    scratch: path.join(path.dirname(out), 'peers'),
    jobs: options.jobs ?? availableParallelism(),
    version: ({ method }) => (method.kind === 'lightgbm' ? (lightgbm() ?? '') : code),
    report: (line) => console.log(line),
  };
  const able = { ...options, lightgbm };
  if (options.data !== null) {
    const open = openBenchmark(options.data, options.spec ?? undefined);
    return { [open.name]: (await figuresOf(open, able, pool)).figures };
  }
  if (!existsSync(dataFolder)) {
    throw new BenchError(
      `the benchmark data are not at ${dataFolder}; put them there, name their folder with EDGELORE_DATA, or run your own table with --data DIR`,
    );
  }
  return sharedData(able, pool);
}

try {
  const figures = await main(benchOptions(process.argv.slice(2)));
  console.log(
    JSON.stringify(figures, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value)),
  );
} catch (error) {
  if (!(error instanceof BenchError || error instanceof RankingError)) {
    throw error;
  }
  console.error(`ranking: ${error.message}`);
  // Threads may still be at work.
  process.exit(2);
}
