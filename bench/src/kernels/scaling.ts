import { gemm, gemmScratch, KernelRuntime } from '@edgelore/kernels';
import { type Figures, leastTimes, rounded, type Section } from './section.js';

const SIZE = 512;
const ROUNDS = 200;

/** One and two threads take turns in one process: only so do both meet the same machine. */
async function measure(threads: number): Promise<Figures> {
  const one = await ready(1);
  const several = await ready(threads);
  const times = await leastTimes({ one: one.run, several: several.run }, { rounds: ROUNDS, repetitions: 1 });
  const scaling = times.one / times.several;
  const rate = (time: number) => `${((2 * SIZE ** 3) / time / 1e6).toFixed(1)} GFLOP/s`;
  console.log(`a product of ${SIZE}^3: ${rate(times.one)} on one thread, ${rate(times.several)} on ${threads}`);
  one.runtime.dispose();
  several.runtime.dispose();
  return { [`scaling_${threads}_threads`]: rounded(scaling) };
}

async function ready(threads: number): Promise<{ runtime: KernelRuntime; run: () => void }> {
  const runtime = await KernelRuntime.start({ threads });
  const arena = runtime.openArena();
  const shape = { m: SIZE, n: SIZE, k: SIZE };
  const [a, b, c] = [arena.floats(SIZE ** 2), arena.floats(SIZE ** 2), arena.floats(SIZE ** 2)];
  for (const pointer of [a, b]) runtime.floats(pointer, SIZE ** 2).fill(0.01);
  const program = runtime.program(gemm(shape, { a, b, c, scratch: arena.allocate(gemmScratch(shape)) }), arena);
  return { runtime, run: () => runtime.run(program) };
}

export const section: Section = { threads: [2], measure };
