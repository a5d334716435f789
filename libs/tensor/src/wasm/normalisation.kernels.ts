import * as tf from '@tensorflow/tfjs-core';
import { type NormaliseBatchAttributes, solveSlopes } from '../normalise-batch.js';
import { type Attributes, BLOCK, FLOAT, type Heap, type Info, type Inputs, sumBlocks } from './heap.js';

/** Sums over the leading axes, such as those of a bias or of batch statistics; the stock kernel transposes the whole tensor first. */
export function sumOverLeadingAxes(heap: Heap, inputs: Inputs, { axis, keepDims }: Attributes): Info | undefined {
  const { x } = inputs as { x: Info };
  const axes = tf.util.parseAxisParam(axis as number | number[], x.shape).sort((a, b) => a - b);
  const leading = axes.every((value, index) => value === index);
  if (x.dtype !== 'float32' || !leading || axes.length === 0 || axes.length === x.shape.length) return undefined;
  const channels = tf.util.sizeFromShape(x.shape.slice(axes.length));
  const rows = tf.util.sizeFromShape(x.shape.slice(0, axes.length));
  const from = heap.address(x);
  const pixel = channels * FLOAT;
  const totals = sumBlocks(heap, rows, channels, (row, count, to) =>
    heap.loops.addRows(from + row * pixel, pixel, count, channels, to),
  );
  const output = heap.backend.makeOutput(
    keepDims ? x.shape.map((size, index) => (index < axes.length ? 1 : size)) : x.shape.slice(axes.length),
    'float32',
  );
  heap.backend.typedArrayFromHeap(output).set(totals);
  return output;
}

export function meanOverLeadingAxes(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const sum = sumOverLeadingAxes(heap, inputs, attributes);
  if (!sum) return undefined;
  const values = heap.backend.typedArrayFromHeap(sum);
  const count = tf.util.sizeFromShape((inputs.x as Info).shape) / values.length;
  for (let index = 0; index < values.length; index++) values[index] = values[index]! / count;
  return sum;
}

/** One multiplication and one addition a number; the stock kernel divides by the deviation each time. */
export function fusedBatchNorm(heap: Heap, inputs: Inputs, { varianceEpsilon }: Attributes): Info | undefined {
  const { x, mean, variance, scale, offset } = inputs as {
    x: Info;
    mean: Info;
    variance: Info;
    scale?: Info;
    offset?: Info;
  };
  const perChannel = [mean, variance, scale, offset].filter((each) => each !== undefined);
  const channels = x.shape.at(-1)!;
  if (perChannel.some(({ shape }) => tf.util.sizeFromShape(shape) !== channels || shape.at(-1) !== channels))
    return undefined;
  const scales = scale ? heap.floats(scale) : undefined;
  const offsets = offset ? heap.floats(offset) : undefined;
  return scaleByChannel(
    heap,
    x,
    affine(heap.floats(mean), heap.floats(variance), scales, offsets, varianceEpsilon as number),
    false,
  );
}

interface Affine {
  readonly slope: Float32Array;
  readonly offset: Float32Array;
}

function affine(
  mean: Float32Array,
  variance: Float32Array,
  scale: Float32Array | undefined,
  shift: Float32Array | undefined,
  epsilon: number,
): Affine {
  const slope = variance.map((value, channel) => (scale?.[channel] ?? 1) / Math.sqrt(value + epsilon));
  return { slope, offset: mean.map((value, channel) => (shift?.[channel] ?? 0) - value * slope[channel]!) };
}

function scaleByChannel(heap: Heap, x: Info, { slope, offset }: Affine, rectified: boolean): Info {
  const channels = slope.length;
  const output = heap.backend.makeOutput(x.shape, 'float32');
  const slopes = heap.hold(slope);
  const offsets = heap.hold(offset);
  const rows = tf.util.sizeFromShape(x.shape) / channels;
  const pixel = channels * FLOAT;
  const [from, to, by, plus] = [heap.address(x), heap.address(output), heap.address(slopes), heap.address(offsets)];
  const scale = rectified ? heap.loops.scaleRowsRectified : heap.loops.scaleRows;
  for (let row = 0; row < rows; row += BLOCK) {
    scale(from + row * pixel, to + row * pixel, Math.min(BLOCK, rows - row), channels, by, plus);
  }
  heap.release(slopes);
  heap.release(offsets);
  return output;
}

export function normaliseBatch(heap: Heap, inputs: Inputs, attributes: Attributes): Info[] {
  const { epsilon, rectified } = attributes as unknown as NormaliseBatchAttributes;
  const { x, scale, shift } = inputs as { x: Info; scale: Info; shift: Info };
  const channels = x.shape.at(-1)!;
  const rows = tf.util.sizeFromShape(x.shape) / channels;
  const pixel = channels * FLOAT;
  const from = heap.address(x);
  const { addRows, addSquaredDistances } = heap.loops;
  const sums = sumBlocks(heap, rows, channels, (row, count, to) =>
    addRows(from + row * pixel, pixel, count, channels, to),
  );
  const mean = heap.hold(Float32Array.from(sums, (sum) => sum / rows));
  const centre = heap.address(mean);
  const squares = sumBlocks(heap, rows, channels, (row, count, to) =>
    addSquaredDistances(from + row * pixel, pixel, count, channels, centre, to),
  );
  const variance = heap.hold(Float32Array.from(squares, (sum) => sum / rows));
  const map = affine(heap.floats(mean), heap.floats(variance), heap.floats(scale), heap.floats(shift), epsilon);
  return [scaleByChannel(heap, x, map, rectified), mean, variance];
}

export function normaliseBatchGradient(heap: Heap, inputs: Inputs, attributes: Attributes): Info[] {
  const { epsilon, rectified } = attributes as unknown as NormaliseBatchAttributes;
  const { dy, x, value, scale, mean, variance } = inputs as {
    [name in 'dy' | 'x' | 'value' | 'scale' | 'mean' | 'variance']: Info;
  };
  const channels = x.shape.at(-1)!;
  const rows = tf.util.sizeFromShape(x.shape) / channels;
  const pixel = channels * FLOAT;
  const [dyAt, valueAt, xAt, centre] = [heap.address(dy), heap.address(value), heap.address(x), heap.address(mean)];
  const addSlopes = rectified ? heap.loops.addSlopesRectified : heap.loops.addSlopes;
  const sums = sumBlocks(heap, rows, 2 * channels, (row, count, to) => {
    const at = row * pixel;
    addSlopes(dyAt + at, valueAt + at, xAt + at, count, channels, centre, to);
  });
  const [slopeSums, productSums] = [sums.subarray(0, channels), sums.subarray(channels)];
  const { byScale, bySlope, byInput, offset } = solveSlopes(
    rows,
    epsilon,
    heap.floats(scale),
    heap.floats(mean),
    heap.floats(variance),
    slopeSums,
    productSums,
  );
  const by = heap.hold(Float32Array.from([...bySlope, ...byInput, ...offset]));
  const byX = heap.backend.makeOutput(x.shape, 'float32');
  const [to, factors] = [heap.address(byX), heap.address(by)];
  const combineSlopes = rectified ? heap.loops.combineSlopesRectified : heap.loops.combineSlopes;
  for (let row = 0; row < rows; row += BLOCK) {
    const at = row * pixel;
    combineSlopes(dyAt + at, valueAt + at, xAt + at, to + at, Math.min(BLOCK, rows - row), channels, factors);
  }
  heap.release(by);
  return [byX, heap.hold(byScale), heap.hold(Float32Array.from(slopeSums))];
}
