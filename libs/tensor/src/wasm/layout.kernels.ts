import * as tf from '@tensorflow/tfjs-core';
import type { Attributes, Heap, Info, Inputs } from './heap.js';

interface Region {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  readonly begin: readonly number[];
}

/** Copies a box of `size` from one tensor to another in runs as long as they lie side by side in both. */
function copyRegion(from: Region, to: Region, size: readonly number[]): void {
  const last = size.findLastIndex((length, axis) => length !== from.shape[axis] || length !== to.shape[axis]);
  const split = Math.max(0, last);
  const run = tf.util.sizeFromShape(size.slice(split));
  if (run === 0) return;
  const [sourceStrides, targetStrides] = [from, to].map(({ shape }) => [...tf.util.computeStrides([...shape]), 1]) as [
    number[],
    number[],
  ];
  const copy = (axis: number, source: number, target: number): void => {
    const [first, second] = [
      source + (from.begin[axis] ?? 0) * (sourceStrides[axis] ?? 1),
      target + (to.begin[axis] ?? 0) * (targetStrides[axis] ?? 1),
    ];
    if (axis === split) {
      to.values.set(from.values.subarray(first, first + run), second);
      return;
    }
    for (let index = 0; index < size[axis]!; index++) {
      copy(axis + 1, first + index * sourceStrides[axis]!, second + index * targetStrides[axis]!);
    }
  };
  copy(0, 0, 0);
}

const origin = (shape: readonly number[]): number[] => shape.map(() => 0);

export function slice({ backend }: Heap, inputs: Inputs, { begin, size }: Attributes): Info | undefined {
  const { x } = inputs as { x: tf.Tensor };
  if (x.dtype === 'string') return undefined;
  const [from, lengths] = tf.slice_util.parseSliceParams(x, begin as number[], size as number[]) as [
    number[],
    number[],
  ];
  const output = backend.makeOutput(lengths, x.dtype);
  copyRegion(
    { values: backend.typedArrayFromHeap(x) as Float32Array, shape: x.shape, begin: from },
    { values: backend.typedArrayFromHeap(output) as Float32Array, shape: lengths, begin: origin(lengths) },
    lengths,
  );
  return output;
}

export function pad({ backend }: Heap, inputs: Inputs, { paddings, constantValue }: Attributes): Info {
  const { x } = inputs as { x: Info };
  const sides = paddings as [number, number][];
  const shape = x.shape.map((size, axis) => sides[axis]![0] + size + sides[axis]![1]);
  const output = backend.makeOutput(shape, x.dtype);
  const values = backend.typedArrayFromHeap(output) as Float32Array;
  values.fill(constantValue as number);
  copyRegion(
    { values: backend.typedArrayFromHeap(x) as Float32Array, shape: x.shape, begin: origin(shape) },
    { values, shape, begin: sides.map(([before]) => before) },
    x.shape,
  );
  return output;
}

/** Tensors never change, so a copy may share the data. The stock kernel copies every tensor that is kept for the backward pass. */
export function identity({ backend }: Heap, inputs: Inputs): Info {
  const { x } = inputs as { x: Info };
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

/** Copies block by block; the stock kernel goes number by number, through a new array for each. */
export function tile({ backend }: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { x } = inputs as { x: Info };
  const reps = attributes.reps as number[];
  if (x.dtype === 'string' || tf.util.sizeFromShape(x.shape) === 0 || reps.includes(0)) return undefined;
  const { shape } = x;
  const output = backend.makeOutput(
    shape.map((size, axis) => size * reps[axis]!),
    x.dtype,
  );
  const source = backend.typedArrayFromHeap(x) as Float32Array;
  const target = backend.typedArrayFromHeap(output) as Float32Array;
  const last = reps.findLastIndex((times) => times > 1);
  const block = tf.util.sizeFromShape(shape.slice(last + 1));
  let from = 0;
  const fill = (axis: number, to: number): number => {
    if (axis > last) {
      if (block === 1) target[to] = source[from]!;
      else target.set(source.subarray(from, from + block), to);
      from += block;
      return to + block;
    }
    let end = to;
    for (let index = 0; index < shape[axis]!; index++) end = fill(axis + 1, end);
    const whole = to + (end - to) * reps[axis]!;
    while (end < whole) {
      const length = Math.min(end - to, whole - end);
      target.copyWithin(end, to, to + length);
      end += length;
    }
    return whole;
  };
  fill(0, 0);
  return output;
}
