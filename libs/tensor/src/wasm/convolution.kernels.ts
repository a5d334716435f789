import {
  type ConvolutionShape,
  convolution,
  convolutionFilterGradient,
  convolutionFilterGradientScratch,
  convolutionInputGradient,
  convolutionInputGradientScratch,
  convolutionScratch,
  type DepthwiseShape,
  depthwise,
  depthwiseFilterGradient,
  depthwiseFilterGradientScratch,
  depthwiseInputGradient,
} from '@edgelore/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { epilogueOf } from './epilogue.js';
import type { Attributes, Heap, Info, Inputs } from './heap.js';

type Shape4 = [number, number, number, number];

interface ConvolutionAttributes {
  readonly strides: [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dilations?: [number, number] | number;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** What our kernels compute, or nothing where they do not. */
function shapeOf(x: number[], filter: number[], attributes: Attributes, apart: boolean): DepthwiseShape | undefined {
  const given = attributes as unknown as ConvolutionAttributes;
  const { strides, pad, dilations = 1, dataFormat = 'NHWC', dimRoundingMode } = given;
  if (dataFormat !== 'NHWC') return undefined;
  const [inputs, taps] = [x as Shape4, filter as Shape4];
  const info = tf.backend_util.computeConv2DInfo(inputs, taps, strides, dilations, pad, dimRoundingMode, apart);
  const { dilationHeight, dilationWidth, filterHeight, filterWidth, outHeight, outWidth, outChannels } = info;
  const dilated = dilationHeight !== dilationWidth || (dilationHeight > 1 && !apart);
  if (dilated || [...inputs, ...taps, outHeight, outWidth].some((size) => size < 1)) return undefined;
  if (apart && outChannels !== info.inChannels) return undefined;
  return {
    batch: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    inChannels: info.inChannels,
    filterHeight,
    filterWidth,
    strideY: info.strideHeight,
    strideX: info.strideWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
    outHeight,
    outWidth,
    outChannels,
    dilation: dilationHeight,
  };
}

const outputOf = ({ batch, outHeight, outWidth, outChannels }: ConvolutionShape): number[] => [
  batch,
  outHeight,
  outWidth,
  outChannels,
];

/** For fewer outputs it does not pay to bring a filter into order, as ours do each time and the stock kernel does once. */
const LEAST_OUTPUTS = 16;

/** A convolution, plain or with a bias and an activation. */
export function conv2D(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { x, filter } = inputs as { x: Info; filter: Info };
  const shape = shapeOf(x.shape, filter.shape, attributes, false);
  const epilogue = shape && epilogueOf(heap, inputs, attributes, shape.outChannels);
  if (!epilogue) return undefined;
  const { batch, outHeight, outWidth, filterHeight, filterWidth, strideY, strideX } = shape;
  // The stock kernel pads wrongly where it steps over inputs.
  const stock = strideY <= filterHeight && strideX <= filterWidth;
  if (stock && batch * outHeight * outWidth < LEAST_OUTPUTS) return undefined;
  const pointers = { input: heap.address(x), filter: heap.address(filter), ...epilogue };
  return heap.compute(outputOf(shape), convolutionScratch(shape), (output, scratch) =>
    convolution(shape, { ...pointers, output, scratch }),
  );
}

/** A depthwise convolution, plain or with a bias and an activation. */
export function depthwiseConv2D(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { x, filter } = inputs as { x: Info; filter: Info };
  const shape = shapeOf(x.shape, filter.shape, attributes, true);
  const epilogue = shape && epilogueOf(heap, inputs, attributes, shape.outChannels);
  if (!epilogue) return undefined;
  const pointers = { input: heap.address(x), filter: heap.address(filter), ...epilogue };
  return heap.compute(outputOf(shape), 0, (output) => depthwise(shape, { ...pointers, output }));
}

export function conv2DBackpropFilter(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { x, dy } = inputs as { x: Info; dy: Info };
  const { filterShape, dataFormat = 'NHWC' } = attributes as { filterShape: number[]; dataFormat?: string };
  if (dataFormat !== 'NHWC') {
    throw new Error(`The filter gradient of conv2d on the wasm backend takes NHWC tensors, not ${dataFormat}.`);
  }
  const shape = shapeOf(x.shape, filterShape, attributes, false);
  if (!shape) return undefined;
  const pointers = { input: heap.address(x), outputGradient: heap.address(dy) };
  return heap.compute(filterShape, convolutionFilterGradientScratch(shape), (filterGradient, scratch) =>
    convolutionFilterGradient(shape, { ...pointers, filterGradient, scratch }),
  );
}

export function conv2DBackpropInput(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { dy, filter } = inputs as { dy: Info; filter: Info };
  const inputShape = attributes.inputShape as number[];
  const shape = shapeOf(inputShape, filter.shape, attributes, false);
  if (!shape) return undefined;
  const pointers = { outputGradient: heap.address(dy), filter: heap.address(filter) };
  return heap.compute(inputShape, convolutionInputGradientScratch(shape), (inputGradient, scratch) =>
    convolutionInputGradient(shape, { ...pointers, inputGradient, scratch }),
  );
}

export function depthwiseBackpropFilter(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { x, dy } = inputs as { x: tf.Tensor; dy: tf.Tensor };
  const filterShape = attributes.filterShape as Shape4;
  const [filterHeight, filterWidth, channels, multiplier] = filterShape;
  if (multiplier > 1) {
    return tf.tidy(() => {
      const attrs = { ...attributes, filterShape: [filterHeight, filterWidth, channels * multiplier, 1] };
      const flat = run(tf.DepthwiseConv2dNativeBackpropFilter, { x: repeated(x, multiplier), dy }, attrs);
      return tf.reshape(flat, filterShape);
    });
  }
  const shape = shapeOf(x.shape, filterShape, attributes, true);
  if (!shape) return undefined;
  const pointers = { input: heap.address(x), outputGradient: heap.address(dy) };
  return heap.compute(filterShape, depthwiseFilterGradientScratch(shape), (filterGradient, scratch) =>
    depthwiseFilterGradient(shape, { ...pointers, filterGradient, scratch }),
  );
}

export function depthwiseBackpropInput(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { dy, filter } = inputs as { dy: tf.Tensor; filter: tf.Tensor };
  const inputShape = attributes.inputShape as Shape4;
  const [filterHeight, filterWidth, channels, multiplier] = filter.shape as Shape4;
  const [batch, height, width] = inputShape;
  if (multiplier > 1) {
    return tf.tidy(() => {
      const flat = tf.reshape(filter, [filterHeight, filterWidth, channels * multiplier, 1]);
      const attrs = { ...attributes, inputShape: [batch, height, width, channels * multiplier] };
      const wide = run(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter: flat }, attrs);
      return tf.reshape(tf.sum(tf.reshape(wide, [batch * height * width, channels, multiplier]), 2), inputShape);
    });
  }
  const shape = shapeOf(inputShape, filter.shape, attributes, true);
  if (!shape) return undefined;
  const pointers = { outputGradient: heap.address(dy), filter: heap.address(filter) };
  return heap.compute(inputShape, 0, (inputGradient) => depthwiseInputGradient(shape, { ...pointers, inputGradient }));
}

/** Filters with several outputs a channel are those of one output over channels repeated side by side. */
function repeated(x: tf.Tensor, times: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape as Shape4;
  const rows = tf.reshape(x, [batch * height * width * channels, 1]);
  return tf.reshape(tf.tile(rows, [1, times]), [batch, height, width, channels * times]);
}

function run(kernel: string, inputs: Record<string, tf.Tensor>, attributes: object): tf.Tensor {
  return tf.engine().runKernel(kernel, inputs, attributes as tf.NamedAttrMap);
}
