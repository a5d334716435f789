import { type ConvolutionShape, convolutionShape } from '../convolution-shape.js';
import { type DepthwiseShape, depthwiseShape } from '../depthwise-shape.js';
import type { ConvolutionNode, DenseNode, DepthwiseNode, PoolNode, ValueShape } from './graph.js';

/** Numbers in an array of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** @throws KernelError SHAPE */
export function shapeOfConvolution(
  node: ConvolutionNode | DenseNode,
  filter: readonly number[],
  batch: number,
  input: ValueShape,
): ConvolutionShape {
  const image = [batch, ...input] as const;
  const [outChannels = 0, inChannels = 0, width = 1, height = 1] = filter.toReversed();
  const sizes = { input: image, filter: [height, width, inChannels, outChannels] } as const;
  return node.kind === 'dense'
    ? convolutionShape({ ...sizes, strides: 1, padding: 'valid' })
    : convolutionShape({ ...sizes, strides: node.strides, padding: node.padding });
}

/** @throws KernelError SHAPE */
export function shapeOfDepthwise(
  { strides, padding, dilation = 1 }: DepthwiseNode,
  filter: readonly number[],
  batch: number,
  input: ValueShape,
): DepthwiseShape {
  const [height = 0, width = 0, channels = 0, multiplier = 0] = filter;
  const sizes = { input: [batch, ...input], filter: [height, width, channels, multiplier] } as const;
  return depthwiseShape({ ...sizes, strides, padding, dilation });
}

/** @throws KernelError SHAPE */
export function shapeOfPool(
  { window, strides, padding }: PoolNode,
  batch: number,
  input: ValueShape,
): ConvolutionShape {
  const [, , channels] = input;
  return convolutionShape({ input: [batch, ...input], filter: [...window, channels, channels], strides, padding });
}

/** The window that covers a whole value. @throws KernelError SHAPE */
export function shapeOfGlobalPool(batch: number, input: ValueShape): ConvolutionShape {
  const [height, width, channels] = input;
  const filter = [height, width, channels, channels] as const;
  return convolutionShape({ input: [batch, ...input], filter, strides: 1, padding: 'valid' });
}
