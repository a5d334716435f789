import {
  averagePoolGradient,
  type ConvolutionShape,
  maxPoolGradient,
  type ResizeShape,
  resizeNearest,
  resizeNearestGradient,
} from '@edgelore/kernels';
import * as tf from '@tensorflow/tfjs-core';
import type { Attributes, Heap, Info, Inputs } from './heap.js';

type Shape4 = [number, number, number, number];

interface PoolAttributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function poolOf(input: Info, attributes: Attributes): ConvolutionShape {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as unknown as PoolAttributes;
  const info = tf.backend_util.computePool2DInfo(input.shape as Shape4, filterSize, strides, 1, pad, dimRoundingMode);
  const { batchSize, inHeight, inWidth, inChannels, filterHeight, filterWidth, padInfo } = info;
  const { strideHeight, strideWidth, outHeight, outWidth, outChannels } = info;
  return {
    batch: batchSize,
    height: inHeight,
    width: inWidth,
    inChannels,
    filterHeight,
    filterWidth,
    strideY: strideHeight,
    strideX: strideWidth,
    padTop: padInfo.top,
    padLeft: padInfo.left,
    outHeight,
    outWidth,
    outChannels,
  };
}

export function maxPoolGrad(heap: Heap, inputs: Inputs, attributes: Attributes): Info {
  const { dy, input, output } = inputs as { dy: Info; input: Info; output: Info };
  const pointers = { input: heap.address(input), output: heap.address(output), outputGradient: heap.address(dy) };
  return heap.compute(input.shape, 0, (inputGradient) =>
    maxPoolGradient(poolOf(input, attributes), { ...pointers, inputGradient }),
  );
}

export function avgPoolGrad(heap: Heap, inputs: Inputs, attributes: Attributes): Info {
  const { dy, input } = inputs as { dy: Info; input: Info };
  return heap.compute(input.shape, 0, (inputGradient) =>
    averagePoolGradient(poolOf(input, attributes), { outputGradient: heap.address(dy), inputGradient }),
  );
}

/** Between the sizes of two pictures whose corners are not aligned; nothing otherwise. */
function resizeOf(from: number[], to: number[], { alignCorners, halfPixelCenters }: Attributes) {
  if (alignCorners || halfPixelCenters || [...from, ...to].includes(0)) return undefined;
  const [batch, height, width, channels] = from as Shape4;
  const [, outHeight, outWidth] = to as Shape4;
  return { batch, height, width, channels, outHeight, outWidth } satisfies ResizeShape;
}

export function resizeNearestNeighbor(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { images } = inputs as { images: Info };
  const [batch, , , channels] = images.shape as Shape4;
  const outputShape = [batch, ...(attributes.size as [number, number]), channels];
  const shape = resizeOf(images.shape, outputShape, attributes);
  if (!shape || images.dtype !== 'float32') return undefined;
  return heap.compute(outputShape, 0, (output) => resizeNearest(shape, { input: heap.address(images), output }));
}

export function resizeNearestNeighborGrad(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { images, dy } = inputs as { images: Info; dy: Info };
  const shape = resizeOf(images.shape, dy.shape, attributes);
  if (!shape) return undefined;
  return heap.compute(images.shape, 0, (inputGradient) =>
    resizeNearestGradient(shape, { outputGradient: heap.address(dy), inputGradient }),
  );
}
