import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Benchmark, flatFeatures } from '@edgelore/ranking';
import type { LightgbmMethod } from '../methods.js';
import type { SearchUnit } from '../units.js';

const script = fileURLToPath(new URL('../../../src/ranking/lightgbm/search.py', import.meta.url));

/** Version of LightGBM and of our script; undefined where Python has no LightGBM. */
export function lightgbmVersion(): string | undefined {
  const asked = spawnSync('python3', ['-c', 'import lightgbm; print(lightgbm.__version__)'], { encoding: 'utf8' });
  const text = createHash('sha256').update(readFileSync(script)).digest('hex').slice(0, 8);
  return asked.status === 0 ? `${asked.stdout.trim()} ${text}` : undefined;
}

/** Puts a table where the script reads it: little-endian numbers by rows, and their sizes. */
export function writeForPeer(benchmark: Benchmark, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const { features, width } = flatFeatures(benchmark.items);
  writeFileSync(path.join(folder, 'features.f32'), features);
  benchmark.targets.forEach((target, at) => {
    writeFileSync(path.join(folder, `${at}.weak.f32`), target.weak.labels);
    writeFileSync(path.join(folder, `${at}.validation.f64`), Buffer.concat(target.validation.map(bytesOf)));
    writeFileSync(path.join(folder, `${at}.test.f64`), target.test);
    writeFileSync(path.join(folder, `${at}.allowed.u8`), target.allowed);
  });
  const targets = benchmark.targets.map(({ weak, validation }) => ({
    weak: weak.heads.length,
    seeds: validation.length,
  }));
  writeFileSync(path.join(folder, 'sizes.json'), JSON.stringify({ count: benchmark.items.count, width, targets }));
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** LightGBM in a process of its own that answers one search after the other; started by the first. */
export class LightgbmSearch {
  #child:
    | { readonly process: ChildProcessByStdio<Writable, Readable, null>; readonly answers: AsyncIterator<string> }
    | undefined;

  constructor(private readonly folder: string) {}

  async regret(target: number, { budget, final, rounds, seed }: SearchUnit, method: LightgbmMethod): Promise<number> {
    const { process, answers } = this.#started();
    process.stdin.write(`${JSON.stringify({ target, budget, final, rounds, seed, ...method })}\n`);
    const { value, done } = await answers.next();
    if (done) {
      throw new Error(`${script} ended early; run it by hand to see why`);
    }
    return Number(value);
  }

  stop(): void {
    this.#child?.process.stdin.end();
  }

  #started() {
    if (this.#child === undefined) {
      const process = spawn('python3', [script, this.folder], { stdio: ['pipe', 'pipe', 'inherit'] });
      this.#child = { process, answers: createInterface({ input: process.stdout })[Symbol.asyncIterator]() };
    }
    return this.#child;
  }
}
