import { type Activation, activationCode } from './activation.js';
import type { DepthwiseShape } from './depthwise-shape.js';
import { packedInput, packedPixels, type StripTiles, stripTiles } from './depthwise-strips.js';
import { KernelError } from './kernel.error.js';
import type { Operation, Pointer } from './operation.js';
import { sumParts } from './reduction.js';
import { tilesOfPixels, windowWords } from './window.js';

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
  channelsOf(shape);
  return [convolve(shape, pointers, false)];
}

/** `turned`: the filter is read from its last tap to its first. */
function convolve(shape: DepthwiseShape, pointers: DepthwisePointers, turned: boolean): Operation {
  const { batch, outHeight, outWidth, inChannels, dilation } = shape;
  const { input, filter, bias = 0, activation, output } = pointers;
  const words = windowWords(shape, dilation);
  const rest = [input, filter, bias, activationCode(activation), output, turned ? 1 : 0];
  const strips = hasNineTaps(shape)
    ? stripTiles(shape, outHeight, outWidth, (rows) => packedInput(shape, rows))
    : undefined;
  if (strips) {
    const args = [...words, strips.rowsPerTile, strips.stripsPerTile, ...rest];
    return { kernel: 'depthwiseStrips', args, tiles: strips.tiles };
  }
  const { perTile, tiles } = tilesOfPixels(batch * outHeight, outWidth, inChannels);
  return { kernel: 'depthwise', args: [...words, perTile, ...rest], tiles };
}

export interface DepthwiseInputGradientPointers {
  readonly outputGradient: Pointer;
  readonly filter: Pointer;
  readonly inputGradient: Pointer;
}

/** @throws KernelError SHAPE */
export function depthwiseInputGradient(shape: DepthwiseShape, pointers: DepthwiseInputGradientPointers): Operation[] {
  const { batch, height, width, filterHeight, filterWidth, strideY, strideX, padTop, padLeft, dilation = 1 } = shape;
  const channels = channelsOf(shape);
  const { outputGradient, filter, inputGradient } = pointers;
  if (strideY === 1 && strideX === 1) {
    // With stride 1 it is a depthwise convolution of the slopes with the filter turned around.
    const turned = {
      ...shape,
      height: shape.outHeight,
      width: shape.outWidth,
      padTop: dilation * (filterHeight - 1) - padTop,
      padLeft: dilation * (filterWidth - 1) - padLeft,
      outHeight: height,
      outWidth: width,
    };
    return [convolve(turned, { input: outputGradient, filter, output: inputGradient }, true)];
  }
  const words = windowWords(shape, dilation);
  if (hasNineTaps(shape) && dilation === 1 && strideY === 2 && strideX === 2) {
    const pairs = (size: number, pad: number) => Math.floor((size - 1 + pad) / 2) + 1 - Math.floor(pad / 2);
    const columns = pairs(width, padLeft);
    const strips = stripTiles(shape, pairs(height, padTop), 4 * columns, (rows) => packedPixels(rows + 1, columns + 1));
    if (strips) {
      const args = [...words, strips.rowsPerTile, strips.stripsPerTile, outputGradient, filter, inputGradient];
      return [{ kernel: 'depthwiseInputGradientStrips', args, tiles: strips.tiles }];
    }
  }
  const { perTile, tiles } = tilesOfPixels(batch * height, width, channels);
  const args = [...words, perTile, outputGradient, filter, inputGradient];
  return [{ kernel: 'depthwiseInputGradient', args, tiles }];
}

export interface DepthwiseFilterGradientPointers {
  readonly input: Pointer;
  readonly outputGradient: Pointer;
  readonly filterGradient: Pointer;
  readonly scratch: Pointer;
}

/** @throws KernelError SHAPE */
export function depthwiseFilterGradient(shape: DepthwiseShape, pointers: DepthwiseFilterGradientPointers): Operation[] {
  const { filterHeight, filterWidth, dilation } = shape;
  const { input, outputGradient, filterGradient, scratch } = pointers;
  const length = filterHeight * filterWidth * channelsOf(shape);
  const words = windowWords(shape, dilation);
  const strips = gradientStrips(shape);
  if (strips) {
    const args = [...words, strips.rowsPerTile, strips.stripsPerTile, input, outputGradient, scratch];
    return [
      { kernel: 'depthwiseFilterGradientStrips', args, tiles: strips.tiles },
      sumParts(scratch, strips.parts, length, filterGradient),
    ];
  }
  const { perTile, tiles } = gradientTiles(shape);
  return [
    { kernel: 'depthwiseFilterGradient', args: [...words, perTile, input, outputGradient, scratch], tiles },
    sumParts(scratch, tiles, length, filterGradient),
  ];
}

/** Bytes. */
export function depthwiseFilterGradientScratch(shape: DepthwiseShape): number {
  const parts = gradientStrips(shape)?.parts ?? gradientTiles(shape).tiles;
  return 4 * parts * shape.filterHeight * shape.filterWidth * channelsOf(shape);
}

function gradientStrips(shape: DepthwiseShape): StripTiles | undefined {
  const { outHeight, outWidth } = shape;
  if (!hasNineTaps(shape)) return undefined;
  return stripTiles(shape, outHeight, outWidth, (rows) => packedInput(shape, rows) + packedPixels(rows, outWidth));
}

/** Output numbers of a tile of the filter's gradient: the sums that it leaves are worth little beside these. */
const GRADIENT_ELEMENTS = 32768;

function gradientTiles(shape: DepthwiseShape): { readonly perTile: number; readonly tiles: number } {
  const rows = shape.batch * shape.outHeight;
  const perTile = Math.max(1, Math.ceil(GRADIENT_ELEMENTS / (shape.outWidth * channelsOf(shape))));
  return { perTile, tiles: Math.ceil(rows / perTile) };
}

function hasNineTaps({ filterHeight, filterWidth }: DepthwiseShape): boolean {
  return filterHeight === 3 && filterWidth === 3;
}

function channelsOf({ inChannels, outChannels }: DepthwiseShape): number {
  if (inChannels !== outChannels) {
    throw new KernelError('SHAPE', `a depthwise convolution of ${inChannels} channels cannot make ${outChannels}`);
  }
  return inChannels;
}
