// npm run bench -- kernels [--only SECTION]: our kernels against TensorFlow.js' WASM backend and onnxruntime, as ratios of the best of several turns.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { section as gemm } from './kernels/gemm.js';
import { section as int8 } from './kernels/int8.js';
import { section as mobilenet } from './kernels/mobilenet.js';
import { section as scaling } from './kernels/scaling.js';
import type { Figures, Section } from './kernels/section.js';
import { section as sparse } from './kernels/sparse.js';
import { section as trainStep } from './kernels/train-step.js';

const SECTIONS: Readonly<Record<string, Section>> = { gemm, scaling, sparse, int8, mobilenet, 'train-step': trainStep };
/** What each ratio must reach, or aims at. */
const BARS: Readonly<Record<string, number>> = {
  gemm_vs_tfjs_wasm: 1.5,
  gemm_vs_onnxruntime: 0.5,
  mobilenet_forward_vs_tfjs_wasm: 2,
  train_step_vs_tfjs_wasm: 10,
  train_step_vs_tfjs_node: 0.5,
  sparse30_vs_dense: 1.3,
  sparse50_vs_dense: 1.8,
  int8_vs_f32: 1.8,
  scaling_2_threads: 1.7,
  train_step_scaling_2_threads: 1.7,
};

const { values } = parseArgs({ options: { only: { type: 'string' }, threads: { type: 'string' } } });

/** Figures of one section on so many threads, from a process of its own. */
function measureApart(name: string, threads: number): Promise<Figures> {
  return new Promise((resolve, reject) => {
    let figures: Figures | undefined;
    const child = fork(fileURLToPath(import.meta.url), ['--only', name, '--threads', `${threads}`]);
    child.on('message', (message) => {
      figures = message as Figures;
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 && figures ? resolve(figures) : reject(new Error(`section ${name} ended with ${code}`)),
    );
  });
}

const chosen = Object.entries(SECTIONS).filter(([name]) => !values.only || values.only === name);
if (chosen.length === 0) {
  console.error(`--only is '${values.only}': choose one of ${Object.keys(SECTIONS).join(', ')}`);
  process.exit(2);
}
if (process.send) {
  for (const [, section] of chosen) process.send(await section.measure(Number(values.threads)));
  process.disconnect();
} else {
  const figures: Figures = {};
  for (const [name, section] of chosen) {
    const measured = new Map<number, Figures>();
    for (const threads of section.threads) {
      console.log(`\n${name}, ${threads} thread(s)`);
      measured.set(threads, await measureApart(name, threads));
    }
    Object.assign(figures, section.report?.(measured) ?? Object.assign({}, ...measured.values()));
  }
  const width = Math.max(...Object.keys(figures).map((name) => name.length));
  console.log('');
  for (const [name, value] of Object.entries(figures)) {
    const bar = BARS[name] === undefined ? '' : `   bar ${BARS[name]}`;
    console.log(`${name.padEnd(width)} ${`${value ?? 'not installed'}`.padStart(8)}${bar}`);
  }
  console.log(JSON.stringify({ ...figures, node: process.version }));
}
