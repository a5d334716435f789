import { type Activation, activationCode } from './activation.js';
import { blocksAcross, blocksOf, PANEL, panelsOfTile, roundUp } from './blocks.js';
import { type ConvolutionShape, requireSizes } from './convolution-shape.js';
import { gemm, gemmScratch, packB, packedBBytes, sumProducts } from './gemm.js';
import type { Operation, Pointer } from './operation.js';

export interface ConvolutionPointers {
  readonly input: Pointer;
  /** Or `packedFilter`. */
  readonly filter?: Pointer;
  /** What `packFilter` has made of the filter, where it serves more than once. */
  readonly packedFilter?: Pointer;
  /** One number of each output channel. */
  readonly bias?: Pointer;
  readonly activation?: Activation;
  readonly output: Pointer;
  /** `convolutionScratch(shape)` bytes, unless there is a `packedFilter`. */
  readonly scratch?: Pointer;
}

/**
 * output = activation(input * filter + bias).
 *
 * @throws KernelError SHAPE
 */
export function convolution(shape: ConvolutionShape, pointers: ConvolutionPointers): Operation[] {
  requireShape(shape);
  const { input, output, bias = 0, activation, packedFilter, filter = 0, scratch = 0 } = pointers;
  const packed = packedFilter ?? scratch;
  const pack = packedFilter === undefined ? packFilter(shape, { filter, packed }) : [];
  const product = asProduct(shape);
  if (isProduct(shape)) {
    return [
      ...pack,
      ...gemm(product, { a: input, packedB: packed, c: output, bias, ...(activation && { activation }) }),
    ];
  }
  const { outHeight, outWidth, outChannels } = shape;
  return [
    ...pack,
    windows(geometryOf(shape, input), product, {
      packed,
      output,
      steps: [outHeight * outWidth * outChannels, outWidth * outChannels, outChannels],
      bias,
      activation: activationCode(activation),
    }),
  ];
}

/** Bytes of `scratch`. @throws KernelError SHAPE */
export function convolutionScratch(shape: ConvolutionShape): number {
  return packedFilterBytes(shape);
}

/**
 * Brings a filter into the order in which `convolution` reads it, for `packedFilter`.
 *
 * @throws KernelError SHAPE
 */
export function packFilter(
  shape: ConvolutionShape,
  { filter, packed }: { filter: Pointer; packed: Pointer },
): Operation[] {
  requireShape(shape);
  return packB(asProduct(shape), { b: filter, packed });
}

/** Bytes of a packed filter. @throws KernelError SHAPE */
export function packedFilterBytes(shape: ConvolutionShape): number {
  requireShape(shape);
  return packedBBytes(asProduct(shape));
}

export interface InputGradientPointers {
  readonly outputGradient: Pointer;
  readonly filter: Pointer;
  readonly inputGradient: Pointer;
  /** `convolutionInputGradientScratch(shape)` bytes. */
  readonly scratch: Pointer;
}

/**
 * Gradient of a convolution to its input: each of its numbers gathers what it gave to the outputs. With strides, the rows and columns of the input fall into
 * classes that see different taps of the filter; each class is a convolution over the output gradient.
 *
 * @throws KernelError SHAPE
 */
export function convolutionInputGradient(shape: ConvolutionShape, pointers: InputGradientPointers): Operation[] {
  requireShape(shape);
  const { outputGradient, filter, inputGradient, scratch } = pointers;
  if (isProduct(shape)) {
    return gemm(transposed(shape), { a: outputGradient, b: filter, c: inputGradient, scratch });
  }
  const { batch, height, width, inChannels, outHeight, outWidth, outChannels, strideY, strideX } = shape;
  const operations: Operation[] = [];
  let packed = scratch;
  for (let y = 0; y < Math.min(strideY, height); y++) {
    for (let x = 0; x < Math.min(strideX, width); x++) {
      const down = tapsOf(y, height, shape.padTop, shape.filterHeight, strideY);
      const across = tapsOf(x, width, shape.padLeft, shape.filterWidth, strideX);
      const geometry = [
        ...[outputGradient, outHeight, outWidth, outChannels, down.taps, across.taps, 1, 1, down.pad, across.pad],
        ...[down.places, across.places],
      ];
      const k = down.taps * across.taps * outChannels;
      if (k > 0) {
        const perTile = panelsOfTile(inChannels, k);
        operations.push({
          kernel: 'packFilterAcross',
          args: [
            ...[packed, filter, inChannels, outChannels, shape.filterWidth, down.taps, across.taps],
            ...[down.last, across.last, -strideY, -strideX, perTile],
          ],
          tiles: Math.ceil(inChannels / PANEL / perTile),
        });
      }
      operations.push(
        windows(
          geometry,
          { m: batch * down.places * across.places, n: inChannels, k },
          {
            packed,
            output: inputGradient + 4 * (y * width + x) * inChannels,
            steps: [height * width * inChannels, strideY * width * inChannels, strideX * inChannels],
            bias: 0,
            activation: 0,
          },
        ),
      );
      packed += 4 * k * roundUp(inChannels, PANEL);
    }
  }
  return operations;
}

/** Bytes of `scratch`. @throws KernelError SHAPE */
export function convolutionInputGradientScratch(shape: ConvolutionShape): number {
  requireShape(shape);
  const { filterHeight, filterWidth, inChannels, outChannels } = shape;
  return 4 * filterHeight * filterWidth * outChannels * roundUp(inChannels, PANEL);
}

export interface FilterGradientPointers {
  readonly input: Pointer;
  readonly outputGradient: Pointer;
  readonly filterGradient: Pointer;
  /** `convolutionFilterGradientScratch(shape)` bytes. */
  readonly scratch: Pointer;
}

/**
 * Gradient of a convolution to its filter.
 *
 * @throws KernelError SHAPE
 */
export function convolutionFilterGradient(shape: ConvolutionShape, pointers: FilterGradientPointers): Operation[] {
  requireShape(shape);
  const { input, outputGradient, filterGradient, scratch } = pointers;
  if (isProduct(shape)) return gemm(across(shape), { a: input, b: outputGradient, c: filterGradient, scratch });
  const { m, n, k } = across(shape);
  const cut = blocksAcross(m, n, k);
  const whole = cut.parts === 1;
  const product = {
    kernel: 'convolutionFilterGradient',
    args: [
      ...geometryOf(shape, input),
      ...[outputGradient, whole ? filterGradient : scratch, k, n, cut.rows, cut.columns, cut.depth, cut.part],
    ],
    tiles: cut.tiles,
  };
  return whole ? [product] : [product, sumProducts(filterGradient, scratch, cut.parts, m * n)];
}

/** Bytes of `scratch`. @throws KernelError SHAPE */
export function convolutionFilterGradientScratch(shape: ConvolutionShape): number {
  requireShape(shape);
  return gemmScratch(across(shape));
}

/** Whether every output sees one input alone, in the same order: then NHWC is the matrix of a product. */
function isProduct({ filterHeight, filterWidth, strideY, strideX, ...shape }: ConvolutionShape): boolean {
  const one = filterHeight === 1 && filterWidth === 1 && strideY === 1 && strideX === 1;
  const { height, width, outHeight, outWidth, padTop, padLeft } = shape;
  return one && padTop === 0 && padLeft === 0 && height === outHeight && width === outWidth;
}

/** Outputs x channels out = windows x filter. */
function asProduct(shape: ConvolutionShape): { m: number; n: number; k: number } {
  const { batch, outHeight, outWidth, filterHeight, filterWidth, inChannels, outChannels } = shape;
  return { m: batch * outHeight * outWidth, n: outChannels, k: filterHeight * filterWidth * inChannels };
}

function transposed(shape: ConvolutionShape): { m: number; n: number; k: number; transposeB: true } {
  const { m, n, k } = asProduct(shape);
  return { m, n: k, k: n, transposeB: true };
}

function across(shape: ConvolutionShape): { m: number; n: number; k: number; transposeA: true } {
  const { m, n, k } = asProduct(shape);
  return { m: k, n, k: m, transposeA: true };
}

function geometryOf(shape: ConvolutionShape, input: Pointer): number[] {
  const { height, width, inChannels, filterHeight, filterWidth, strideY, strideX, padTop, padLeft } = shape;
  return [
    ...[input, height, width, inChannels, filterHeight, filterWidth, strideY, strideX, padTop, padLeft],
    ...[shape.outHeight, shape.outWidth],
  ];
}

interface Windows {
  readonly packed: Pointer;
  readonly output: Pointer;
  /** Floats between the pictures, rows and columns of the output. */
  readonly steps: readonly number[];
  readonly bias: Pointer;
  readonly activation: number;
}

function windows(geometry: number[], { m, n, k }: { m: number; n: number; k: number }, pointers: Windows): Operation {
  const { packed, output, steps, bias, activation } = pointers;
  const { rows, columns, depth, tiles } = blocksOf(m, n, Math.max(1, k));
  return {
    kernel: 'convolution',
    args: [...geometry, packed, output, ...steps, m, n, bias, activation, rows, columns, depth],
    tiles,
  };
}

/**
 * Along one axis, the inputs first, first + stride, ... and the taps that reach them: input i gets from output (i + pad - tap) / stride. Taps are taken from
 * the last to the first, so that the outputs come in order; `pad` is how many outputs before the first one would be needed.
 */
function tapsOf(first: number, size: number, pad: number, filter: number, stride: number) {
  const tap = (first + pad) % stride;
  const taps = Math.max(0, Math.ceil((filter - tap) / stride));
  return {
    places: Math.ceil((size - first) / stride),
    taps,
    last: tap + (taps - 1) * stride,
    pad: taps - 1 - (first + pad - tap) / stride,
  };
}

function requireShape(shape: ConvolutionShape): void {
  const { batch, height, width, inChannels, filterHeight, filterWidth, outHeight, outWidth, outChannels } = shape;
  const what = `a convolution of ${batch} x ${height} x ${width} x ${inChannels} by ${filterHeight} x ${filterWidth} x ${inChannels} x ${outChannels}`;
  requireSizes(what, [batch, height, width, inChannels, filterHeight, filterWidth, outHeight, outWidth, outChannels]);
  requireSizes(what, [shape.strideY, shape.strideX]);
}
