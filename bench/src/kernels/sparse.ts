import {
  convolution,
  csr,
  GROUP,
  groupSparse,
  KernelRuntime,
  type PackedSparse,
  packCsr,
  packedFilterBytes,
  packFilter,
  packGroupSparse,
} from '@edgelore/kernels';
import { seededRandom } from '@edgelore/tensor';
import { pointwiseLayers } from './pointwise-layers.js';
import { type Figures, geometricMean, leastTimes, rounded, type Section } from './section.js';

const ROUNDS = 25;
/** Floating-point operations timed at once. */
const WORK = 1e8;

/**
 * The pointwise layers of MobileNet-v1 on one thread, with weights taken out: against our own product with all of them, its filter packed once as those of the
 * others are. CSR takes out weights one by one, as many of them.
 */
async function measure(): Promise<Figures> {
  const runtime = await KernelRuntime.start({ threads: 1 });
  const random = seededRandom('bench/kernels/sparse');
  const ratios = { sparse30: [] as number[], sparse50: [] as number[], csr30: [] as number[] };
  console.log('layer                   dense  sparse 30%  sparse 50%     csr 30%   GFLOP/s of the dense layer');
  for (const { name, count, shape, work } of pointwiseLayers) {
    const { inChannels: k, outChannels: n } = shape;
    const pixels = shape.outHeight * shape.outWidth;
    const arena = runtime.openArena();
    const [input, output] = [arena.floats(pixels * k), arena.floats(pixels * n)];
    const [dense, packed] = [arena.floats(k * n), arena.allocate(packedFilterBytes(shape))];
    const filter = Float32Array.from({ length: k * n }, () => random.uniform() - 0.5);
    runtime.floats(input, pixels * k).set(Float32Array.from({ length: pixels * k }, () => random.uniform() - 0.5));
    const place = ({ groups, starts }: PackedSparse) => {
      const pointers = { groups: arena.allocate(groups.byteLength), starts: arena.allocate(starts.byteLength) };
      runtime.integers(pointers.groups, groups.length).set(groups);
      runtime.integers(pointers.starts, starts.length).set(starts);
      return { input, output, ...pointers };
    };
    /** Runs the dense product of a filter with zeros in it, for its numbers. */
    const denseResult = (zeros: Float32Array): Float32Array => {
      runtime.floats(dense, k * n).set(zeros);
      runtime.perform([
        ...packFilter(shape, { filter: dense, packed }),
        ...convolution(shape, { input, packedFilter: packed, output }),
      ]);
      return runtime.floats(output, pixels * n).slice();
    };
    const groupsWithout = (share: number) => {
      const mask = Uint8Array.from({ length: Math.ceil(n / GROUP) * k }, () => (random.uniform() < share ? 0 : 1));
      const zeros = filter.map((weight, at) => {
        return mask[Math.floor((at % n) / GROUP) * k + Math.floor(at / n)] ? weight : 0;
      });
      const operations = groupSparse(shape, place(packGroupSparse(shape, { filter, mask })));
      const expected = denseResult(zeros);
      runtime.perform(operations);
      requireClose(runtime.floats(output, pixels * n), expected);
      return runtime.program(operations, arena);
    };
    const [sparse30, sparse50] = [groupsWithout(0.3), groupsWithout(0.5)];
    const scattered = filter.map((weight) => (random.uniform() < 0.3 ? 0 : weight));
    const unstructured = csr(shape, place(packCsr(shape, { filter: scattered })));
    const expected = denseResult(scattered);
    runtime.perform(unstructured);
    requireClose(runtime.floats(output, pixels * n), expected);
    const csr30 = runtime.program(unstructured, arena);
    const whole = runtime.program(convolution(shape, { input, packedFilter: packed, output }), arena);
    const times = await leastTimes(
      {
        dense: () => runtime.run(whole),
        sparse30: () => runtime.run(sparse30),
        sparse50: () => runtime.run(sparse50),
        csr30: () => runtime.run(csr30),
      },
      { rounds: ROUNDS, repetitions: Math.max(1, Math.round(WORK / work)) },
    );
    for (let i = 0; i < count; i++) {
      ratios.sparse30.push(times.dense / times.sparse30);
      ratios.sparse50.push(times.dense / times.sparse50);
      ratios.csr30.push(times.dense / times.csr30);
    }
    const rate = (time: number) => (work / time / 1e6).toFixed(1).padStart(11);
    console.log(
      `${name.padEnd(18)}${rate(times.dense)} ${rate(times.sparse30)} ${rate(times.sparse50)} ${rate(times.csr30)}`,
    );
    arena.dispose();
  }
  runtime.dispose();
  return {
    sparse30_vs_dense: rounded(geometricMean(ratios.sparse30)),
    sparse50_vs_dense: rounded(geometricMean(ratios.sparse50)),
    csr30_vs_dense: rounded(geometricMean(ratios.csr30)),
  };
}

function requireClose(actual: Float32Array, expected: Float32Array): void {
  const level = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0) / expected.length);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs((actual[i] as number) - (expected[i] as number));
    if (!(error <= 1e-5 * (Math.abs(expected[i] as number) + level))) {
      throw new Error(`output ${i} is ${actual[i]}, not ${expected[i]}`);
    }
  }
}

export const section: Section = { threads: [1], measure };
