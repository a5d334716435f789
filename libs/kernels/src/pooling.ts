import type { ConvolutionShape } from './convolution-shape.js';
import { KernelError } from './kernel.error.js';
import type { Operation, Pointer } from './operation.js';
import { tilesOfPixels, windowWords } from './window.js';

/** Channels of a tile of the maximum's gradient. Must agree with CHANNELS in assembly/pooling.ts. */
const CHANNELS = 16;

export interface PoolPointers {
  /** [batch, height, width, channels] */
  readonly input: Pointer;
  /** [batch, outHeight, outWidth, channels] */
  readonly output: Pointer;
}

/**
 * The greatest number of each window, pads left out. `shape` is that of a convolution that keeps the number of channels.
 *
 * @throws KernelError SHAPE
 */
export function maxPool(shape: ConvolutionShape, pointers: PoolPointers): Operation[] {
  return pool('maxPool', shape, pointers);
}

/** The mean of each window, pads left out. @throws KernelError SHAPE */
export function averagePool(shape: ConvolutionShape, pointers: PoolPointers): Operation[] {
  return pool('averagePool', shape, pointers);
}

export interface MaxPoolGradientPointers extends PoolPointers {
  readonly outputGradient: Pointer;
  readonly inputGradient: Pointer;
}

/** Each slope goes to the first greatest number of its window, by rows. @throws KernelError SHAPE */
export function maxPoolGradient(shape: ConvolutionShape, pointers: MaxPoolGradientPointers): Operation[] {
  requirePool(shape);
  const { input, output, outputGradient, inputGradient } = pointers;
  return [
    {
      kernel: 'maxPoolGradient',
      args: [...windowWords(shape), input, output, outputGradient, inputGradient],
      tiles: shape.batch * Math.ceil(shape.inChannels / CHANNELS),
    },
  ];
}

export interface AveragePoolGradientPointers {
  readonly outputGradient: Pointer;
  readonly inputGradient: Pointer;
}

/** Each slope is shared by the numbers of its window. @throws KernelError SHAPE */
export function averagePoolGradient(shape: ConvolutionShape, pointers: AveragePoolGradientPointers): Operation[] {
  requirePool(shape);
  const { batch, height, width, inChannels } = shape;
  const { perTile, tiles } = tilesOfPixels(batch * height, width, inChannels);
  const args = [...windowWords(shape), perTile, pointers.outputGradient, pointers.inputGradient];
  return [{ kernel: 'averagePoolGradient', args, tiles }];
}

function pool(kernel: string, shape: ConvolutionShape, { input, output }: PoolPointers): Operation[] {
  requirePool(shape);
  const { batch, outHeight, outWidth, inChannels } = shape;
  const { perTile, tiles } = tilesOfPixels(batch * outHeight, outWidth, inChannels);
  return [{ kernel, args: [...windowWords(shape), perTile, input, output], tiles }];
}

function requirePool(shape: ConvolutionShape): void {
  const { inChannels, outChannels, filterHeight, filterWidth, padTop, padLeft } = shape;
  if (inChannels !== outChannels) {
    throw new KernelError('SHAPE', `pooling of ${inChannels} channels cannot make ${outChannels}`);
  }
  const below = (shape.outHeight - 1) * shape.strideY - padTop;
  const right = (shape.outWidth - 1) * shape.strideX - padLeft;
  if (padTop >= filterHeight || padLeft >= filterWidth || below >= shape.height || right >= shape.width) {
    throw new KernelError('SHAPE', `padding leaves windows of ${filterHeight} x ${filterWidth} without a pixel`);
  }
}
