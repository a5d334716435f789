import type { Activation } from './activation.js';
import { type ConvolutionShape, convolutionShape, requireSizes } from './convolution-shape.js';
import { type FilterShape, requireFilter } from './filter-shape.js';
import { KernelError } from './kernel.error.js';
import { floatBits, type Operation, type Pointer } from './operation.js';
import { MOST_BYTES, panelTiling } from './panels.js';
import { windowWords } from './window.js';

/**
 * Numbers of eight bits, zero standing for zero: int8 in [-128, 127]; for what is never negative uint8 in [0, 255], or uint7 in [0, 127], which convolutions of many
 * engines multiply faster. What a uint7 input holds beyond 127 gives undefined sums.
 */
export type Int8Type = 'int8' | 'uint8' | 'uint7';

/** Numbers that one tile of `quantise` works on, roughly. */
const ELEMENTS = 16384;
/** Output channels that are worked on together. Must agree with LANES in assembly/int8.ts. */
const LANES = 8;
/** Pixels of a panel. Must agree with PIXELS in assembly/int8.ts. */
const PIXELS = 4;
/** Numbers of a pixel, or weights of an output channel, that are multiplied together. */
const QUAD = 4;
/** Bytes of four numbers of each pixel of a panel, 16 bits each. */
const ROW = PIXELS * QUAD * 2;
/** Words of eight biases and eight multipliers. */
const HEAD = 2 * LANES;
/** Numbers of rows of a tile of `depthwiseInt8` times their width and channels, roughly. */
const DEPTHWISE_ELEMENTS = 16384;

const RANGES = { int8: [-128, 127], uint8: [0, 255], uint7: [0, 127], float32: [-Infinity, Infinity] } as const;
const CODES = { int8: 0, uint8: 1, uint7: 2, float32: 3 } as const;

export interface QuantisePointers {
  /** float32 */
  readonly x: Pointer;
  /** As many numbers of eight bits. */
  readonly y: Pointer;
  readonly type: Int8Type;
}

/** One scale for all of `length` numbers, or a float32 scale in memory for each of `channels`, the last axis. */
export type QuantiseScale =
  | { readonly length: number; readonly scale: number }
  | { readonly length: number; readonly scales: Pointer; readonly channels: number };

/**
 * y = x / scale, rounded to the nearest whole number, halves to even, and held within the type's range. NaN gives 0.
 *
 * @throws KernelError SHAPE when the numbers are not whole rows of channels, or a scale is not positive
 */
export function quantise(size: QuantiseScale, { x, y, type }: QuantisePointers): Operation[] {
  const { length } = size;
  const channels = 'scales' in size ? size.channels : ELEMENTS;
  requireSizes(`${length} numbers, ${channels} channels`, [length, channels]);
  if ('scales' in size && length % channels > 0) {
    throw new KernelError('SHAPE', `${length} numbers are not whole rows of ${channels} channels`);
  }
  const scale = 'scale' in size ? requireScale(size.scale) : 1;
  const tile = channels * Math.ceil(ELEMENTS / channels);
  const args = [x, y, CODES[type], length, tile, channels, 'scales' in size ? size.scales : 0, floatBits(scale)];
  return [{ kernel: 'quantise', args, tiles: Math.ceil(length / tile) }];
}

/** y = x * scale, float32. @throws KernelError SHAPE */
export function dequantise(size: { length: number; scale: number }, { x, y, type }: QuantisePointers): Operation[] {
  const { length, scale } = size;
  requireSizes(`${length} numbers`, [length]);
  const args = [x, y, CODES[type], length, ELEMENTS, ELEMENTS, 0, floatBits(requireScale(scale))];
  return [{ kernel: 'dequantise', args, tiles: Math.ceil(length / ELEMENTS) }];
}

function requireScale(scale: number): number {
  if (scale > 0 && Number.isFinite(scale)) return scale;
  throw new KernelError('SHAPE', `scale ${scale}: a scale must be a positive number`);
}

/** What the numbers of a layer with weights of eight bits stand for. */
export interface QuantisedFilter {
  /** In the order of the filter. */
  readonly values: Int8Array;
  /** In units of a sum: the scale of the input times that of the channel's weights. */
  readonly bias: Int32Array;
  /** For each output channel: what a sum is multiplied with to become a number of the output. */
  readonly multipliers: Float32Array;
}

export interface FilterScales {
  /** What 1 of the input stands for. */
  readonly inputScale: number;
  /** What 1 of the output stands for; 1 for a float32 output. */
  readonly outputScale: number;
}

/**
 * Weights of eight bits with a scale of their own for each output channel, the last axis: its largest magnitude becomes 127.
 *
 * @throws KernelError SHAPE when weights or bias do not fit together, or a scale is not positive
 */
export function quantiseFilter(
  filter: ArrayLike<number>,
  bias: ArrayLike<number>,
  { inputScale, outputScale }: FilterScales,
): QuantisedFilter {
  const channels = bias.length;
  if (channels === 0 || filter.length % channels > 0) {
    throw new KernelError('SHAPE', `${filter.length} weights are not whole rows of ${channels} output channels`);
  }
  requireScale(inputScale);
  requireScale(outputScale);
  const scales = new Float64Array(channels);
  for (let at = 0; at < filter.length; at++) {
    scales[at % channels] = Math.max(scales[at % channels] as number, Math.abs(filter[at] as number) / 127);
  }
  const scaleOf = (channel: number): number => scales[channel] || 1;
  return {
    values: Int8Array.from(filter, (weight, at) => Math.round(weight / scaleOf(at % channels))),
    bias: Int32Array.from(bias, (value, channel) => Math.round(value / (inputScale * scaleOf(channel)))),
    multipliers: Float32Array.from(bias, (_, channel) => (inputScale * scaleOf(channel)) / outputScale),
  };
}

/**
 * Weights of eight bits as `convolutionInt8` and `gemmInt8` read them, to be copied to memory as they are.
 *
 * @throws KernelError SHAPE when they do not have the shape's sizes
 */
export function packInt8(shape: FilterShape, { values, bias, multipliers }: QuantisedFilter): Int32Array {
  requireFilter(shape, values, bias);
  requireFilter(shape, values, multipliers);
  const { inChannels, outChannels } = shape;
  const taps = shape.filterHeight * shape.filterWidth;
  const tapRows = Math.ceil(inChannels / QUAD);
  const layout = layoutOf(outChannels, taps * tapRows, { bias, multipliers });
  const bytes = new Int8Array(layout.packed.buffer);
  for (let channel = 0; channel < outChannels; channel++) {
    const first = layout.first(channel) * QUAD;
    for (let tap = 0; tap < taps; tap++) {
      for (let input = 0; input < inChannels; input++) {
        const row = tap * tapRows + Math.floor(input / QUAD);
        const from = (tap * inChannels + input) * outChannels + channel;
        bytes[first + row * LANES * QUAD + (input % QUAD)] = values[from] as number;
      }
    }
  }
  return layout.packed;
}

/**
 * Weights of eight bits, [filter height, filter width, channels, 1], as `depthwiseInt8` reads them.
 *
 * @throws KernelError SHAPE when they do not have the shape's sizes
 */
export function packDepthwiseInt8(
  shape: Omit<FilterShape, 'outChannels'>,
  { values, bias, multipliers }: QuantisedFilter,
): Int32Array {
  const { inChannels } = shape;
  const single = { ...shape, inChannels: 1, outChannels: inChannels };
  requireFilter(single, values, bias);
  requireFilter(single, values, multipliers);
  const taps = shape.filterHeight * shape.filterWidth;
  const layout = layoutOf(inChannels, Math.ceil(taps / 2), { bias, multipliers });
  const halves = new Int16Array(layout.packed.buffer);
  for (let channel = 0; channel < inChannels; channel++) {
    const first = layout.first(channel) * 2;
    for (let tap = 0; tap < taps; tap++) {
      halves[first + Math.floor(tap / 2) * LANES * 2 + (tap % 2)] = values[tap * inChannels + channel] as number;
    }
  }
  return layout.packed;
}

/** For every eight output channels their biases and multipliers, and room for rows of a word of each. `first`: where a channel's first word lies. */
function layoutOf(
  channels: number,
  rows: number,
  { bias, multipliers }: Omit<QuantisedFilter, 'values'>,
): { readonly packed: Int32Array; first(channel: number): number } {
  const words = HEAD + rows * LANES;
  const packed = new Int32Array(Math.ceil(channels / LANES) * words);
  const floats = new Float32Array(packed.buffer);
  const head = (channel: number): number => Math.floor(channel / LANES) * words + (channel % LANES);
  for (let channel = 0; channel < channels; channel++) {
    packed[head(channel)] = bias[channel] as number;
    floats[head(channel) + LANES] = multipliers[channel] as number;
  }
  return { packed, first: (channel) => head(channel) + HEAD };
}

export interface Int8Pointers {
  readonly input: Pointer;
  readonly inputType: Int8Type;
  /** What `packInt8` or `packDepthwiseInt8` gave, in memory. */
  readonly weights: Pointer;
  readonly output: Pointer;
  readonly outputType: Int8Type | 'float32';
  readonly activation?: Activation;
  /** What 1 of the output stands for; only relu6 needs it. */
  readonly outputScale?: number;
}

/**
 * A convolution of numbers of eight bits: [batch, height, width, channels in] to [batch, output height, output width, channels out].
 *
 * Sums are exact. Each is multiplied with its channel's multiplier in float32, held within the activation's and the type's range, and rounded to the nearest whole
 * number, halves to even; a float32 output is not rounded.
 *
 * @throws KernelError SHAPE
 */
export function convolutionInt8(shape: ConvolutionShape, pointers: Int8Pointers): Operation[] {
  const rows = shape.filterHeight * shape.filterWidth * Math.ceil(shape.inChannels / QUAD);
  const groups = Math.ceil(shape.outChannels / LANES);
  const tiling = panelTiling(shape, { pixels: PIXELS, bytes: rows * ROW, groups, beside: 2 * rows * ROW });
  const args = [
    ...windowWords(shape),
    ...commonWords(pointers),
    ...[tiling.pixels, shape.outChannels, rows * ROW, tiling.panels, tiling.pixelTiles, tiling.groups],
  ];
  return [{ kernel: 'convolutionInt8', args, tiles: tiling.tiles }];
}

/** [m, k] times packed [k, n]: the same for matrices, `packInt8` with a filter of 1 x 1. @throws KernelError SHAPE */
export function gemmInt8({ m, k, n }: { m: number; k: number; n: number }, pointers: Int8Pointers): Operation[] {
  return convolutionInt8(
    convolutionShape({ input: [1, m, 1, k], filter: [1, 1, k, n], strides: 1, padding: 'valid' }),
    pointers,
  );
}

/**
 * The same for a filter of its own for each channel; 3 x 3 is fast. The shape's channels out are its channels in.
 *
 * @throws KernelError SHAPE
 */
export function depthwiseInt8(shape: ConvolutionShape, pointers: Int8Pointers): Operation[] {
  const { batch, outHeight, outWidth, inChannels, outChannels } = shape;
  const sizes = [batch, outHeight, outWidth, inChannels];
  requireSizes(`batch, output height and width, channels ${sizes.join(', ')}`, sizes);
  if (outChannels !== inChannels) {
    throw new KernelError(
      'SHAPE',
      `a depthwise convolution of ${inChannels} channels has no ${outChannels} output channels`,
    );
  }
  const { filterHeight, filterWidth, strideX } = shape;
  const room = Math.floor(MOST_BYTES / (filterHeight * inChannels));
  if (room < filterWidth) {
    throw new KernelError(
      'SHAPE',
      `a filter of ${filterHeight} x ${filterWidth} x ${inChannels} is too large: ${MOST_BYTES / 1024} KiB hold what an output looks at`,
    );
  }
  const columns = Math.min(outWidth, Math.floor((room - filterWidth) / strideX) + 1);
  const rows = Math.max(1, Math.floor(DEPTHWISE_ELEMENTS / (outWidth * inChannels)));
  const args = [...windowWords(shape), ...commonWords(pointers), rows, columns];
  return [{ kernel: 'depthwiseInt8', args, tiles: Math.ceil((batch * outHeight) / rows) }];
}

function commonWords(pointers: Int8Pointers): number[] {
  const { input, weights, output, inputType, outputType, activation = 'none', outputScale = 1 } = pointers;
  const [lowest, highest] = RANGES[outputType];
  const low = activation === 'none' ? lowest : 0;
  const high = activation === 'relu6' ? Math.min(highest, 6 / requireScale(outputScale)) : highest;
  return [input, weights, output, CODES[inputType], CODES[outputType], floatBits(low), floatBits(high)];
}
