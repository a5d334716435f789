import { type Activation, activationCode } from './activation.js';
import { type ConvolutionShape, convolutionShape, type Padding, requireSizes } from './convolution-shape.js';
import { KernelError } from './kernel.error.js';
import type { Operation, Pointer } from './operation.js';
import { sumParts } from './reduction.js';
import { tilesOfPixels, windowWords } from './window.js';

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

export interface DepthwisePointers {
  /** [batch, height, width, channels] */
  readonly input: Pointer;
  /** [filterHeight, filterWidth, channels, 1] */
  readonly filter: Pointer;
  /** [channels] */
  readonly bias?: Pointer;
  readonly activation?: Activation;
  /** [batch, outHeight, outWidth, channels] */
  readonly output: Pointer;
}

/** @throws KernelError SHAPE */
export function depthwise(shape: DepthwiseShape, pointers: DepthwisePointers): Operation[] {
  const { batch, outHeight, outWidth } = shape;
  const channels = channelsOf(shape);
  const { input, filter, bias = 0, activation, output } = pointers;
  const { perTile, tiles } = tilesOfPixels(batch * outHeight, outWidth, channels);
  return [
    {
      kernel: 'depthwise',
      args: [
        ...windowWords(shape, shape.dilation),
        ...[perTile, input, filter, bias, activationCode(activation), output, 0],
      ],
      tiles,
    },
  ];
}

export interface DepthwiseInputGradientPointers {
  readonly outputGradient: Pointer;
  readonly filter: Pointer;
  readonly inputGradient: Pointer;
}

/** @throws KernelError SHAPE */
export function depthwiseInputGradient(shape: DepthwiseShape, pointers: DepthwiseInputGradientPointers): Operation[] {
  const { batch, height, width, filterHeight, filterWidth, strideY, strideX, dilation = 1 } = shape;
  const channels = channelsOf(shape);
  const { outputGradient, filter, inputGradient } = pointers;
  const { perTile, tiles } = tilesOfPixels(batch * height, width, channels);
  if (strideY === 1 && strideX === 1) {
    // With stride 1 it is a depthwise convolution of the slopes with the filter turned around.
    const turned = {
      ...shape,
      height: shape.outHeight,
      width: shape.outWidth,
      padTop: dilation * (filterHeight - 1) - shape.padTop,
      padLeft: dilation * (filterWidth - 1) - shape.padLeft,
      outHeight: height,
      outWidth: width,
    };
    const args = [...windowWords(turned, dilation), perTile, outputGradient, filter, 0, 0, inputGradient, 1];
    return [{ kernel: 'depthwise', args, tiles }];
  }
  const args = [...windowWords(shape, dilation), perTile, outputGradient, filter, inputGradient];
  return [{ kernel: 'depthwiseInputGradient', args, tiles }];
}

export interface DepthwiseFilterGradientPointers {
  readonly input: Pointer;
  readonly outputGradient: Pointer;
  readonly filterGradient: Pointer;
  readonly scratch: Pointer;
}

/** Output numbers of a tile of the filter's gradient: the sums that it leaves are worth little beside these. */
const GRADIENT_ELEMENTS = 32768;

/** @throws KernelError SHAPE */
export function depthwiseFilterGradient(shape: DepthwiseShape, pointers: DepthwiseFilterGradientPointers): Operation[] {
  const { input, outputGradient, filterGradient, scratch } = pointers;
  const { perTile, tiles } = gradientTiles(shape);
  return [
    {
      kernel: 'depthwiseFilterGradient',
      args: [...windowWords(shape, shape.dilation), perTile, input, outputGradient, scratch],
      tiles,
    },
    sumParts(scratch, tiles, shape.filterHeight * shape.filterWidth * channelsOf(shape), filterGradient),
  ];
}

/** Bytes. */
export function depthwiseFilterGradientScratch(shape: DepthwiseShape): number {
  return 4 * gradientTiles(shape).tiles * shape.filterHeight * shape.filterWidth * channelsOf(shape);
}

function gradientTiles(shape: DepthwiseShape): { readonly perTile: number; readonly tiles: number } {
  const rows = shape.batch * shape.outHeight;
  const perTile = Math.max(1, Math.ceil(GRADIENT_ELEMENTS / (shape.outWidth * channelsOf(shape))));
  return { perTile, tiles: Math.ceil(rows / perTile) };
}

function channelsOf({ inChannels, outChannels }: ConvolutionShape): number {
  if (inChannels !== outChannels) {
    throw new KernelError('SHAPE', `a depthwise convolution of ${inChannels} channels cannot make ${outChannels}`);
  }
  return inChannels;
}
