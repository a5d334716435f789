import { type ConvolutionShape, convolutionShape, type Padding, requireSizes } from './convolution-shape.js';
import { KernelError } from './kernel.error.js';

/** A convolution that keeps channels apart: as many outputs as inputs. */
export interface DepthwiseShape extends ConvolutionShape {
  /** Pixels from one tap to the next; 1 by default. */
  readonly dilation?: number;
}

export interface DepthwiseSizes {
  /** [batch, height, width, channels] */
  readonly input: readonly [number, number, number, number];
  /** [height, width, channels, 1] */
  readonly filter: readonly [number, number, number, number];
  /** [down, across], or one for both. */
  readonly strides: number | readonly [number, number];
  readonly padding: Padding;
  /** Pixels from one tap to the next; 1 by default. */
  readonly dilation?: number;
}

/**
 * The shape of a depthwise convolution, checked.
 *
 * @throws KernelError SHAPE
 */
export function depthwiseShape({ input, filter, strides, padding, dilation = 1 }: DepthwiseSizes): DepthwiseShape {
  const [filterHeight, filterWidth, channels, multiplier] = filter;
  requireSizes(`filter ${filter.join(' x ')}`, filter);
  requireSizes(`dilation ${dilation}`, [dilation]);
  if (multiplier !== 1) {
    throw new KernelError('SHAPE', `the filter makes ${multiplier} outputs of a channel: only 1 is computed`);
  }
  const widened = [dilation * (filterHeight - 1) + 1, dilation * (filterWidth - 1) + 1, channels, channels] as const;
  return { ...convolutionShape({ input, filter: widened, strides, padding }), filterHeight, filterWidth, dilation };
}
