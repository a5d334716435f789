import type { Operation, Pointer } from '../operation.js';
import { KernelRuntime, type RuntimeOptions } from '../runtime.js';

/** A number that no kernel writes by chance: it stands around every buffer, and in outputs before they are written. */
const GUARD = -0x1badf00d;
const GUARDS = 16;

/** Places the buffers of a trial. */
export interface Bench {
  /** An input, copied. */
  input(values: Float32Array | Uint8Array): Pointer;
  /** An output under a name, or an input that the kernel changes when `values` is not a count. */
  output(name: string, values: number | Float32Array): Pointer;
  /** Room of so many bytes, filled with rubbish. */
  scratch(bytes: number): Pointer;
}

/** Runs the same operations on one thread and on two, and refuses results that differ, writes outside of buffers, and outputs left unwritten. */
export class Trials {
  private constructor(private readonly runtimes: readonly KernelRuntime[]) {}

  static async start(options: Pick<RuntimeOptions, 'fused'> = {}): Promise<Trials> {
    const start = (threads: number) => KernelRuntime.start({ ...options, threads });
    return new Trials([await start(1), await start(2)]);
  }

  run(build: (bench: Bench) => readonly Operation[]): Record<string, Float32Array> {
    const [one, two] = this.runtimes.map((runtime) => runOn(runtime, build)) as [
      Record<string, Float32Array>,
      Record<string, Float32Array>,
    ];
    for (const [name, values] of Object.entries(one)) {
      if (Buffer.compare(bytesOf(values), bytesOf(two[name] as Float32Array)) !== 0) {
        throw new Error(`${name} depends on the number of threads`);
      }
    }
    return one;
  }

  dispose(): void {
    for (const runtime of this.runtimes) runtime.dispose();
  }
}

function runOn(runtime: KernelRuntime, build: (bench: Bench) => readonly Operation[]): Record<string, Float32Array> {
  const arena = runtime.openArena();
  const rooms: { readonly pointer: Pointer; readonly words: number }[] = [];
  const outputs = new Map<string, { readonly pointer: Pointer; readonly count: number; readonly fresh: boolean }>();
  const room = (bytes: number): Pointer => {
    const words = Math.ceil(bytes / 4);
    const pointer = arena.floats(words + 2 * GUARDS);
    runtime.integers(pointer, words + 2 * GUARDS).fill(GUARD);
    rooms.push({ pointer, words });
    return pointer + 4 * GUARDS;
  };
  const input = (values: Float32Array | Uint8Array): Pointer => {
    const pointer = room(values.byteLength);
    runtime.bytes(pointer, values.byteLength).set(bytesOf(values));
    return pointer;
  };
  const output = (name: string, values: number | Float32Array): Pointer => {
    const fresh = typeof values === 'number';
    const pointer = fresh ? room(4 * values) : input(values);
    outputs.set(name, { pointer, count: fresh ? values : values.length, fresh });
    return pointer;
  };
  runtime.perform(build({ input, output, scratch: room }));
  for (const { pointer, words } of rooms) {
    const around = [...runtime.integers(pointer, GUARDS), ...runtime.integers(pointer + 4 * (GUARDS + words), GUARDS)];
    if (around.some((word) => word !== GUARD)) throw new Error('a kernel wrote outside of its buffers');
  }
  const results: Record<string, Float32Array> = {};
  for (const [name, { pointer, count, fresh }] of outputs) {
    if (fresh && runtime.integers(pointer, count).includes(GUARD)) throw new Error(`${name} is not written in full`);
    results[name] = runtime.floats(pointer, count).slice();
  }
  arena.dispose();
  return results;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A stream of numbers that a seed decides (mulberry32). */
export class Draw {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** From 0 up to 1. */
  fraction(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `greatest`. */
  whole(least: number, greatest: number): number {
    return least + Math.floor(this.fraction() * (greatest - least + 1));
  }

  of<T>(values: readonly T[]): T {
    return values[this.whole(0, values.length - 1)] as T;
  }

  /** Numbers around `mean`, at most `spread` away. */
  floats(count: number, mean = 0, spread = 1): Float32Array {
    return new Float32Array(count).map(() => mean + spread * (2 * this.fraction() - 1));
  }
}

/** The greatest distance from a float64 reference, in units of the number itself and of the root mean square of all. Infinity when one is NaN alone. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let squares = 0;
  for (let i = 0; i < expected.length; i++) squares += (expected[i] as number) ** 2;
  const level = Math.sqrt(squares / expected.length);
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i] as number;
    const e = expected[i] as number;
    if (Object.is(a, e) || a === e) continue;
    const error = Math.abs(a - e) / (Math.abs(e) + level);
    if (!(error <= worst)) worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
  }
  return worst;
}
