import { KernelError } from './kernel.error.js';

/** A convolution over NHWC pictures. The pads below and to the right are what the last output reaches beyond the picture. */
export interface ConvolutionShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
}

/** `same`: as many outputs as inputs divided by the stride, rounded up, the odd pad below and to the right, as TensorFlow has it. */
export type Padding = 'same' | 'valid' | readonly [top: number, bottom: number, left: number, right: number];

export interface ConvolutionSizes {
  /** [batch, height, width, channels] */
  readonly input: readonly [number, number, number, number];
  /** [height, width, channels in, channels out] */
  readonly filter: readonly [number, number, number, number];
  /** [down, across], or one for both. */
  readonly strides: number | readonly [number, number];
  readonly padding: Padding;
}

/**
 * The shape of a convolution, checked.
 *
 * @throws KernelError SHAPE
 */
export function convolutionShape({ input, filter, strides, padding }: ConvolutionSizes): ConvolutionShape {
  const [batch, height, width, inChannels] = input;
  const [filterHeight, filterWidth, filterChannels, outChannels] = filter;
  const [strideY, strideX] = typeof strides === 'number' ? [strides, strides] : strides;
  requireSizes(`input ${input.join(' x ')}`, input);
  requireSizes(`filter ${filter.join(' x ')}`, filter);
  requireSizes(`strides ${strideY}, ${strideX}`, [strideY, strideX]);
  if (filterChannels !== inChannels) {
    throw new KernelError('SHAPE', `the filter takes ${filterChannels} channels, the input has ${inChannels}`);
  }
  const [padTop, outHeight] = along(height, filterHeight, strideY, padding, 0);
  const [padLeft, outWidth] = along(width, filterWidth, strideX, padding, 2);
  if (outHeight < 1 || outWidth < 1) {
    throw new KernelError(
      'SHAPE',
      `a filter of ${filterHeight} x ${filterWidth} does not fit into ${height} x ${width} with padding ${padding}`,
    );
  }
  return {
    batch,
    height,
    width,
    inChannels,
    filterHeight,
    filterWidth,
    strideY,
    strideX,
    padTop,
    padLeft,
    outHeight,
    outWidth,
    outChannels,
  };
}

/** @throws KernelError SHAPE unless every size is a whole number from 1 on */
export function requireSizes(what: string, sizes: readonly number[]): void {
  if (!sizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw new KernelError('SHAPE', `${what}: every size must be a whole number from 1 on`);
  }
}

/** Pad before the first input and number of outputs along one axis; `first` is where that axis stands in explicit padding. */
function along(size: number, filter: number, stride: number, padding: Padding, first: 0 | 2): [number, number] {
  if (padding === 'same') {
    const outputs = Math.ceil(size / stride);
    return [Math.floor(Math.max(0, (outputs - 1) * stride + filter - size) / 2), outputs];
  }
  const [before, after] = padding === 'valid' ? [0, 0] : [padding[first], padding[first + 1] as number];
  if (![before, after].every((pad) => Number.isInteger(pad) && pad >= 0)) {
    throw new KernelError('SHAPE', `padding ${padding}: every pad must be a whole number from 0 on`);
  }
  return [before, Math.floor((size + before + after - filter) / stride) + 1];
}
