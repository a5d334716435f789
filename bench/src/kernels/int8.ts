import {
  convolution,
  convolutionInt8,
  type Int8Type,
  KernelRuntime,
  packedFilterBytes,
  packFilter,
  packInt8,
  quantise,
  quantiseFilter,
} from '@edgelore/kernels';
import { seededRandom } from '@edgelore/tensor';
import { pointwiseLayers } from './pointwise-layers.js';
import { type Figures, geometricMean, leastTimes, rounded, type Section } from './section.js';

const ROUNDS = 25;
/** Operations timed at once. */
const WORK = 1e8;
/** What the inputs reach: they come from a ReLU6. */
const HIGHEST = 6;

/**
 * The pointwise layers of MobileNet-v1 with their ReLU6 on one thread, in eight bits against our own float32 product; both filters are packed once. Inputs of
 * these layers are never negative: they fit into uint7, which the fastest multiplication takes, or into uint8.
 */
async function measure(): Promise<Figures> {
  const runtime = await KernelRuntime.start({ threads: 1 });
  const random = seededRandom('bench/kernels/int8');
  const ratios = { uint7: [] as number[], uint8: [] as number[] };
  console.log('layer                 float32       uint7       uint8   Gop/s   error of uint7, of uint8');
  for (const { name, count, shape, work } of pointwiseLayers) {
    const { inChannels: k, outChannels: n } = shape;
    const pixels = shape.outHeight * shape.outWidth;
    const arena = runtime.openArena();
    const [x, y] = [arena.floats(pixels * k), arena.floats(pixels * n)];
    const [dense, packedFilter] = [arena.floats(k * n), arena.allocate(packedFilterBytes(shape))];
    const [bias, output] = [arena.floats(n), arena.floats(pixels * n)];
    runtime
      .floats(x, pixels * k)
      .set(Float32Array.from({ length: pixels * k }, () => Math.max(0, Math.min(HIGHEST, 2 * random.normal()))));
    const filter = Float32Array.from({ length: k * n }, () => random.normal() / Math.sqrt(k));
    const biases = Float32Array.from({ length: n }, () => random.normal());
    runtime.floats(dense, k * n).set(filter);
    runtime.floats(bias, n).set(biases);
    runtime.perform(packFilter(shape, { filter: dense, packed: packedFilter }));
    const float = runtime.program(
      convolution(shape, { input: x, packedFilter, bias, activation: 'relu6', output: y }),
      arena,
    );
    runtime.run(float);
    const expected = runtime.floats(y, pixels * n).slice();
    const layer = (type: Int8Type, steps: number) => {
      const scale = HIGHEST / steps;
      const input = arena.allocate(pixels * k);
      runtime.perform(quantise({ length: pixels * k, scale }, { x, y: input, type }));
      const packed = packInt8(shape, quantiseFilter(filter, biases, { inputScale: scale, outputScale: scale }));
      const weights = arena.allocate(packed.byteLength);
      runtime.integers(weights, packed.length).set(packed);
      const operations = convolutionInt8(shape, {
        ...{ input, inputType: type, weights, output, outputType: type },
        ...{ activation: 'relu6', outputScale: scale },
      });
      runtime.perform(operations);
      const error = relativeError(
        Float32Array.from(runtime.bytes(output, pixels * n), (value) => value * scale),
        expected,
      );
      if (!(error < 0.05)) throw new Error(`${name} in ${type} is off by ${error}`);
      return { program: runtime.program(operations, arena), error };
    };
    const [uint7, uint8] = [layer('uint7', 127), layer('uint8', 255)];
    const times = await leastTimes(
      {
        float: () => runtime.run(float),
        uint7: () => runtime.run(uint7.program),
        uint8: () => runtime.run(uint8.program),
      },
      { rounds: ROUNDS, repetitions: Math.max(1, Math.round(WORK / work)) },
    );
    for (let i = 0; i < count; i++) {
      ratios.uint7.push(times.float / times.uint7);
      ratios.uint8.push(times.float / times.uint8);
    }
    const rate = (time: number) => (work / time / 1e6).toFixed(1).padStart(11);
    const errors = [uint7.error, uint8.error].map((error) => `${(100 * error).toFixed(2)}%`).join(' ');
    console.log(`${name.padEnd(18)}${rate(times.float)} ${rate(times.uint7)} ${rate(times.uint8)}           ${errors}`);
    arena.dispose();
  }
  runtime.dispose();
  return {
    int8_vs_f32: rounded(geometricMean(ratios.uint7)),
    uint8_vs_f32: rounded(geometricMean(ratios.uint8)),
  };
}

/** Root of the mean square of the error, relative to that of the numbers. */
function relativeError(actual: Float32Array, expected: Float32Array): number {
  let errors = 0;
  let squares = 0;
  for (let i = 0; i < expected.length; i++) {
    errors += ((actual[i] as number) - (expected[i] as number)) ** 2;
    squares += (expected[i] as number) ** 2;
  }
  return Math.sqrt(errors / squares);
}

export const section: Section = { threads: [1], measure };
