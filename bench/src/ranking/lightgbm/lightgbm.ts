import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface LightgbmRun {
  /** Wall time of the training, from the matrix in memory to the model. */
  readonly seconds: number;
  /** Of the rows of the test file. */
  readonly scores: readonly number[];
}

export interface Lightgbm {
  train(seed: number): Promise<LightgbmRun>;
  stop(): void;
}

/** LightGBM on the ranking example in a process of its own; undefined where Python has none. */
export function startLightgbm(folder: string, options: Record<string, number>): Lightgbm | undefined {
  if (spawnSync('python3', ['-c', 'import lightgbm']).status !== 0) {
    return undefined;
  }
  const script = fileURLToPath(new URL('../../../src/ranking/lightgbm/letor.py', import.meta.url));
  const child = spawn('python3', [script, folder, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    train: async (seed) => {
      child.stdin.write(`${seed}\n`);
      const { value, done } = await answers.next();
      if (done) {
        throw new Error(`${script} ended early; run it by hand to see why.`);
      }
      return JSON.parse(value) as LightgbmRun;
    },
    stop: () => {
      child.stdin.end();
    },
  };
}
