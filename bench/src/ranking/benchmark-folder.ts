import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type Benchmark, benchmarkFiles, parseBenchmarkSpec, readBenchmark } from '@edgelore/ranking';
import { BenchError } from './bench-error.js';

/** A benchmark as it lies in its folder. */
export interface OpenBenchmark {
  readonly name: string;
  readonly benchmark: Benchmark;
  /** Of the specification and all files. */
  readonly hash: string;
}

const specs = fileURLToPath(new URL('../../src/ranking/specs', import.meta.url));

/** Benchmark data lie beside the repository, never in it; EDGELORE_DATA names another place. */
export const dataFolder =
  process.env.EDGELORE_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/**
 * Opens a folder of the format of docs/ranking-benchmark.md.
 * @param spec file of the specification; default: the folder's benchmark.json, or the one shipped for a folder of this name
 * @throws RankingError `INVALID_TABLE` on malformed tables, BenchError where a file is not there.
 */
export function openBenchmark(folder: string, spec?: string): OpenBenchmark {
  if (!existsSync(folder)) {
    throw new BenchError(`${folder} is not there; name a folder of the format of docs/ranking-benchmark.md`);
  }
  const name = path.basename(path.resolve(folder));
  const file = spec ?? findSpec(folder, name);
  const text = read(file).toString();
  const parsed = parseBenchmarkSpec(path.basename(file), text);
  const hash = createHash('sha256').update(text);
  const files = new Map<string, string>();
  for (const table of benchmarkFiles(parsed)) {
    const bytes = read(path.join(folder, table));
    hash.update(bytes);
    files.set(table, (table.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
  }
  return { name, benchmark: readBenchmark(parsed, files), hash: hash.digest('hex').slice(0, 16) };
}

/** The specification that is shipped for a folder of the shared data. */
export function shippedSpec(name: string): string {
  return path.join(specs, `${name}.json`);
}

function findSpec(folder: string, name: string): string {
  const found = [path.join(folder, 'benchmark.json'), shippedSpec(name)].find((file) => existsSync(file));
  if (found === undefined) {
    throw new BenchError(
      `${folder} has no benchmark.json; write one (docs/ranking-benchmark.md) or name it with --spec`,
    );
  }
  return found;
}

function read(file: string): Buffer {
  if (!existsSync(file)) {
    throw new BenchError(`${file} is not there; correct the specification or the folder`);
  }
  return readFileSync(file);
}
