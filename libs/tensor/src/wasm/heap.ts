import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { compileLoops, type Loops } from './loops.js';

export type Info = tf.TensorInfo;
export type Shape4 = [number, number, number, number];
export type Attributes = Readonly<Record<string, unknown>>;
export type Inputs = Readonly<Record<string, Info>>;

/** Bytes of a number. */
export const FLOAT = 4;
/** Rows worked on at a time: few enough to stay in the cache, and for the rounding of long sums not to grow. */
export const BLOCK = 256;

/** What a kernel works with: the backend, its heap by address, and the compiled loops. */
export class Heap {
  constructor(
    readonly backend: BackendWasm,
    readonly loops: Loops,
  ) {}

  address(tensor: Info): number {
    return this.backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  zeros(shape: number[]): Info {
    const output = this.backend.makeOutput(shape, 'float32');
    this.backend.typedArrayFromHeap(output).fill(0);
    return output;
  }

  /** The numbers of a tensor, until anything else is allocated. */
  floats(tensor: Info): Float32Array {
    return this.backend.typedArrayFromHeap(tensor) as Float32Array;
  }

  /** A vector of these numbers. */
  hold(values: Float32Array): Info {
    return this.backend.makeOutput([values.length], 'float32', undefined, values);
  }

  /** Runs a stock kernel; the result is the caller's to release. */
  stock(kernelName: string, inputs: Inputs, attributes: object): Info {
    const attrs = attributes as tf.NamedAttrMap;
    return tf.getKernel(kernelName, 'wasm').kernelFunc({ inputs: { ...inputs }, backend: this.backend, attrs }) as Info;
  }

  release(tensor: Info): void {
    this.backend.disposeData(tensor.dataId);
  }
}

let heap: Heap | undefined;

export function heapOf(backend: BackendWasm): Heap {
  if (heap?.backend !== backend) {
    const { memory } = (backend.wasm as unknown as { asm: { memory: object } }).asm;
    heap = new Heap(backend, compileLoops(memory));
  }
  return heap;
}

/** Sums over blocks of rows, short ones in single precision by `add`, their total in double. `add` fills the numbers at `to`. */
export function sumBlocks(
  heap: Heap,
  rows: number,
  length: number,
  add: (row: number, count: number, to: number) => void,
): Float64Array {
  const partial = heap.backend.makeOutput([length], 'float32');
  const to = heap.address(partial);
  const values = heap.backend.typedArrayFromHeap(partial) as Float32Array;
  const totals = new Float64Array(length);
  for (let row = 0; row < rows; row += BLOCK) {
    values.fill(0);
    add(row, Math.min(BLOCK, rows - row), to);
    for (let index = 0; index < length; index++) totals[index] = totals[index]! + values[index]!;
  }
  heap.release(partial);
  return totals;
}
