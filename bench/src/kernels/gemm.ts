import { type GemmShape, gemm, gemmScratch, KernelRuntime, packB, packedBBytes } from '@edgelore/kernels';
import { seededRandom } from '@edgelore/tensor';
import type { Rank } from '@tensorflow/tfjs-core';
import { type OnnxModel, openOnnxModel } from './onnx.js';
import { startPlainTfjs } from './plain-tfjs.js';
import { LAYERS } from './pointwise-layers.js';
import { type Figures, geometricMean, leastTimes, rounded, type Section } from './section.js';

const ROUNDS = 80;
/** Milliseconds on each layer before anything is timed. */
const WARM_UP = 400;
/** Floating-point operations timed at once: a short time, which a busy machine is more likely to leave alone. */
const WORK = 3e7;

/** One pointwise layer on one thread: our product with its filter packed once, as XNNPACK and onnxruntime do it too, and packed each time as training does. */
async function measure(): Promise<Figures> {
  const tf = await startPlainTfjs();
  await warmUp(tf);
  const runtime = await KernelRuntime.start({ threads: 1 });
  const random = seededRandom('bench/kernels');
  const ratios = { tfjs: [] as number[], repacked: [] as number[], onnx: [] as number[] };
  console.log('layer                  tfjs-wasm     ours, repacked       ours     onnxruntime   GFLOP/s');
  for (const { side, k, n, count } of LAYERS) {
    const shape: GemmShape = { m: side * side, n, k };
    const { m } = shape;
    const input = Float32Array.from({ length: m * k }, () => random.uniform() - 0.5);
    const filter = Float32Array.from({ length: k * n }, () => random.uniform() - 0.5);
    const arena = runtime.openArena();
    const [a, b, c] = [arena.floats(m * k), arena.floats(k * n), arena.floats(m * n)];
    const [scratch, packedB] = [arena.allocate(gemmScratch(shape)), arena.allocate(packedBBytes(shape))];
    runtime.floats(a, m * k).set(input);
    runtime.floats(b, k * n).set(filter);
    runtime.perform(packB(shape, { b, packed: packedB }));
    const repacked = runtime.program(gemm(shape, { a, b, c, scratch }), arena);
    const ours = runtime.program(gemm(shape, { a, packedB, c }), arena);
    const [x, w] = [tf.tensor4d(input, [1, side, side, k]), tf.tensor4d(filter, [1, 1, k, n])];
    const onnx = await openOnnxModel(pointwise(side, k, n, filter), 1);
    const channelsFirst = transposed(input, m, k);
    const run = {
      tfjs: () => tf.conv2d(x, w, 1, 'valid').dispose(),
      repacked: () => runtime.run(repacked),
      ours: () => runtime.run(ours),
      onnx: onnx && (() => onnx(channelsFirst)),
    };
    const times = await leastTimes(run, {
      rounds: ROUNDS,
      repetitions: Math.max(1, Math.round(WORK / (2 * m * n * k))),
    });
    const result = runtime.floats(c, m * n).slice();
    requireSame(result, tf.tidy(() => tf.conv2d(x, w, 1, 'valid').dataSync()) as Float32Array);
    if (onnx) requireSame(result, transposed(await onnx(channelsFirst), n, m));
    for (let i = 0; i < count; i++) {
      ratios.tfjs.push(times.tfjs / times.ours);
      ratios.repacked.push(times.tfjs / times.repacked);
      if (onnx) ratios.onnx.push(times.onnx / times.ours);
    }
    const rate = (time: number) => (Number.isNaN(time) ? '-' : ((2 * m * n * k) / time / 1e6).toFixed(1)).padStart(15);
    const name = `${count} x ${side}x${side} ${k}->${n}`.padEnd(17);
    console.log(`${name}${rate(times.tfjs)} ${rate(times.repacked)} ${rate(times.ours)} ${rate(times.onnx)}`);
    tf.dispose([x, w]);
    arena.dispose();
  }
  runtime.dispose();
  if (ratios.onnx.length === 0) console.log('onnxruntime: skipped, npm cannot fetch it here');
  return {
    gemm_vs_tfjs_wasm: rounded(geometricMean(ratios.tfjs)),
    gemm_repacked_vs_tfjs_wasm: rounded(geometricMean(ratios.repacked)),
    gemm_vs_onnxruntime: ratios.onnx.length > 0 ? rounded(geometricMean(ratios.onnx)) : null,
  };
}

/** V8 compiles a hot WebAssembly function once more, well, at a moment of its own choosing: without this, some layers would meet the slow code. */
async function warmUp(tf: Awaited<ReturnType<typeof startPlainTfjs>>): Promise<void> {
  for (const { side, k, n } of LAYERS) {
    const [x, w] = [tf.zeros<Rank.R4>([1, side, side, k]), tf.zeros<Rank.R4>([1, 1, k, n])];
    for (const since = performance.now(); performance.now() - since < WARM_UP; ) tf.conv2d(x, w, 1, 'valid').dispose();
    tf.dispose([x, w]);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

function pointwise(side: number, k: number, n: number, filter: Float32Array): OnnxModel {
  return {
    nodes: [
      { operator: 'Conv', inputs: ['x', 'w'], outputs: ['y'], attributes: { kernel_shape: [1, 1], strides: [1, 1] } },
    ],
    weights: { w: { dims: [n, k, 1, 1], values: transposed(filter, k, n) } },
    input: { name: 'x', dims: [1, k, side, side] },
    output: 'y',
  };
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  return values.map((_, at) => values[(at % rows) * columns + Math.floor(at / rows)] as number);
}

function requireSame(actual: Float32Array, expected: Float32Array): void {
  const worst = actual.reduce((most, value, at) => Math.max(most, Math.abs(value - (expected[at] as number))), 0);
  if (!(worst < 1e-4)) throw new Error(`the results differ by ${worst}`);
}

export const section: Section = { threads: [1], measure };
