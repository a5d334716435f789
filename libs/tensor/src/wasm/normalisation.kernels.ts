import {
  batchNormGradient,
  batchNormGradientScratch,
  batchNormTrain,
  batchNormTrainScratch,
  depthwise,
  type RowsShape,
  scale as scaleNumbers,
  sumRows,
  sumRowsScratch,
} from '@edgelore/kernels';
import * as tf from '@tensorflow/tfjs-core';
import type { NormaliseBatchAttributes } from '../normalise-batch.js';
import type { Attributes, Heap, Info, Inputs } from './heap.js';

/** Bytes of a number. */
const FLOAT = 4;

/** Sums over the leading axes, such as those of a bias or of batch statistics; the stock kernel transposes the whole tensor first. */
export function sumOverLeadingAxes(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  return overLeadingAxes(heap, inputs, attributes, () => 1);
}

export function meanOverLeadingAxes(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  return overLeadingAxes(heap, inputs, attributes, ({ rows }) => 1 / rows);
}

function overLeadingAxes(
  heap: Heap,
  inputs: Inputs,
  { axis, keepDims }: Attributes,
  factorOf: (shape: RowsShape) => number,
): Info | undefined {
  const { x } = inputs as { x: Info };
  const axes = tf.util.parseAxisParam(axis as number | number[], x.shape).sort((a, b) => a - b);
  const leading = axes.length > 0 && axes.length < x.shape.length && axes.every((value, index) => value === index);
  if (x.dtype !== 'float32' || !leading || x.shape.includes(0)) return undefined;
  const kept = x.shape.slice(axes.length);
  const shape = {
    rows: tf.util.sizeFromShape(x.shape.slice(0, axes.length)),
    channels: tf.util.sizeFromShape(kept),
  };
  const factor = factorOf(shape);
  return heap.compute(keepDims ? [...axes.map(() => 1), ...kept] : kept, sumRowsScratch(shape), (y, scratch) => [
    ...sumRows(shape, { x: heap.address(x), y, scratch }),
    ...(factor === 1 ? [] : scaleNumbers(shape.channels, factor, { x: y, y })),
  ]);
}

/** One multiplication and one addition a number; the stock kernel divides by the deviation each time. */
export function fusedBatchNorm(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { x, mean, variance, scale, offset } = inputs as {
    x: Info;
    mean: Info;
    variance: Info;
    scale?: Info;
    offset?: Info;
  };
  const { rows, channels } = rowsOf(x);
  const perChannel = [mean, variance, scale, offset].filter((each) => each !== undefined);
  if (rows === 0 || perChannel.some(({ shape }) => shape.join() !== String(channels))) return undefined;
  const [means, variances] = [heap.floats(mean), heap.floats(variance)];
  const scales = scale && heap.floats(scale);
  const offsets = offset && heap.floats(offset);
  const epsilon = attributes.varianceEpsilon as number;
  const gains = variances.map((value, channel) => (scales?.[channel] ?? 1) / Math.sqrt(value + epsilon));
  const shifts = means.map((value, channel) => (offsets?.[channel] ?? 0) - value * gains[channel]!);
  // A depthwise convolution by one tap.
  const [height, width, inChannels] = [rows, 1, channels];
  const taps = { filterHeight: 1, filterWidth: 1, strideY: 1, strideX: 1, padTop: 0, padLeft: 0 };
  const outputs = { outHeight: height, outWidth: width, outChannels: channels };
  return heap.compute(x.shape, 2 * channels * FLOAT, (output, filter) => {
    const bias = filter + channels * FLOAT;
    heap.floatsAt(filter, channels).set(gains);
    heap.floatsAt(bias, channels).set(shifts);
    const shape = { batch: 1, height, width, inChannels, ...taps, ...outputs };
    return depthwise(shape, { input: heap.address(x), filter, bias, output });
  });
}

export function normaliseBatch(heap: Heap, inputs: Inputs, attributes: Attributes): Info[] {
  const { x, scale, shift } = inputs as { x: Info; scale: Info; shift: Info };
  const shape = batchShapeOf(x, attributes);
  const { channels } = shape;
  return heap.withScratch(channels * FLOAT + batchNormTrainScratch(shape), (inverse) => {
    const outputs = [heap.make(x.shape), heap.make([channels]), heap.make([channels])];
    const [y, mean, variance] = outputs.map((output) => heap.address(output)) as [number, number, number];
    const pointers = { x: heap.address(x), scale: heap.address(scale), shift: heap.address(shift) };
    const scratch = inverse + channels * FLOAT;
    heap.perform(batchNormTrain(shape, { ...pointers, y, mean, variance, inverse, scratch }));
    return outputs;
  });
}

export function normaliseBatchGradient(heap: Heap, inputs: Inputs, attributes: Attributes): Info[] {
  const { dy, x, scale, shift, mean, variance } = inputs as {
    [name in 'dy' | 'x' | 'scale' | 'shift' | 'mean' | 'variance']: Info;
  };
  const shape = batchShapeOf(x, attributes);
  const { channels, epsilon } = shape;
  return heap.withScratch(channels * FLOAT + batchNormGradientScratch(shape), (inverse) => {
    const outputs = [heap.make(x.shape), heap.make([channels]), heap.make([channels])];
    const [inputGradient, scaleGradient, shiftGradient] = outputs.map((output) => heap.address(output)) as [
      number,
      number,
      number,
    ];
    heap.floatsAt(inverse, channels).set(heap.floats(variance).map((value) => 1 / Math.sqrt(value + epsilon)));
    heap.perform(
      batchNormGradient(shape, {
        x: heap.address(x),
        outputGradient: heap.address(dy),
        scale: heap.address(scale),
        shift: heap.address(shift),
        mean: heap.address(mean),
        inverse,
        inputGradient,
        scaleGradient,
        shiftGradient,
        scratch: inverse + channels * FLOAT,
      }),
    );
    return outputs;
  });
}

function rowsOf({ shape }: Info): RowsShape {
  const channels = shape.at(-1)!;
  return { rows: tf.util.sizeFromShape(shape.slice(0, -1)), channels };
}

function batchShapeOf(x: Info, attributes: Attributes) {
  const { epsilon, rectified } = attributes as unknown as NormaliseBatchAttributes;
  return { ...rowsOf(x), epsilon, activation: rectified ? ('relu' as const) : ('none' as const) };
}
