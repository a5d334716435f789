import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import {
  NORMALISE_BATCH,
  NORMALISE_BATCH_GRADIENT,
  type NormaliseBatchAttributes,
  solveSlopes,
} from '../normalise-batch.js';
import { compileLoops, type Loops } from './loops.js';

type Info = tf.TensorInfo;
type Shape4 = [number, number, number, number];
type Attributes = Readonly<Record<string, unknown>>;
type Inputs = Readonly<Record<string, Info>>;

/** What a kernel works with: the backend, its heap by address, and the compiled loops. */
class Heap {
  constructor(
    readonly backend: BackendWasm,
    readonly loops: Loops,
  ) {}

  address(tensor: Info): number {
    return this.backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  zeros(shape: number[]): Info {
    const output = this.backend.makeOutput(shape, 'float32');
    this.backend.typedArrayFromHeap(output).fill(0);
    return output;
  }

  /** The numbers of a tensor, until anything else is allocated. */
  floats(tensor: Info): Float32Array {
    return this.backend.typedArrayFromHeap(tensor) as Float32Array;
  }

  /** A vector of these numbers. */
  hold(values: Float32Array): Info {
    return this.backend.makeOutput([values.length], 'float32', undefined, values);
  }

  /** Runs a stock kernel; the result is the caller's to release. */
  stock(kernelName: string, inputs: Inputs, attributes: object): Info {
    const attrs = attributes as tf.NamedAttrMap;
    return tf.getKernel(kernelName, 'wasm').kernelFunc({ inputs: { ...inputs }, backend: this.backend, attrs }) as Info;
  }

  release(tensor: Info): void {
    this.backend.disposeData(tensor.dataId);
  }
}

let heap: Heap | undefined;

function heapOf(backend: BackendWasm): Heap {
  if (heap?.backend !== backend) {
    const { memory } = (backend.wasm as unknown as { asm: { memory: object } }).asm;
    heap = new Heap(backend, compileLoops(memory));
  }
  return heap;
}

const FLOAT = 4;
/** Rows summed at a time: few enough to stay in the cache, and for the rounding of long sums not to grow. */
const BLOCK = 256;

function convolution(x: Shape4, filter: Shape4, attributes: Attributes, depthwise: boolean) {
  const { strides, pad, dimRoundingMode } = attributes as {
    strides: [number, number];
    pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
    dimRoundingMode?: 'floor' | 'round' | 'ceil';
  };
  return tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad, dimRoundingMode, depthwise);
}

function requireNhwc(operation: string, dataFormat: unknown): void {
  if (dataFormat === undefined || dataFormat === 'NHWC') return;
  throw new Error(`${operation} on the wasm backend takes NHWC tensors, not ${String(dataFormat)}.`);
}

function conv2DBackpropFilter(heap: Heap, inputs: Inputs, attributes: Attributes): Info {
  requireNhwc('The filter gradient of conv2d', attributes.dataFormat);
  const { x, dy } = inputs as { x: Info; dy: Info };
  const filterShape = attributes.filterShape as Shape4;
  const info = convolution(x.shape as Shape4, filterShape, attributes, false);
  const { padInfo, batchSize, inChannels, outChannels, filterHeight, filterWidth, outHeight, outWidth } = info;
  const { top, bottom, left, right } = padInfo;
  const bare = top + bottom + left + right === 0;
  const paddings = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  const padded = bare ? x : pad(heap, { x }, { paddings, constantValue: 0 });
  const output = heap.zeros(filterShape);
  const [from, slopes, to] = [heap.address(padded), heap.address(dy), heap.address(output)];
  const [, height, width] = padded.shape as Shape4;
  const pixel = inChannels * FLOAT;
  const slope = outChannels * FLOAT;
  const { addTransposedProduct } = heap.loops;
  if (bare && height === outHeight && width === outWidth && filterHeight * filterWidth === 1) {
    const rows = batchSize * height * width;
    for (let row = 0; row < rows; row += BLOCK) {
      const count = Math.min(BLOCK, rows - row);
      addTransposedProduct(from + row * pixel, pixel, slopes + row * slope, slope, count, inChannels, outChannels, to);
    }
  } else {
    // The pixels under one row of the filter lie side by side, so that row is one product.
    const span = filterWidth * inChannels;
    for (let line = 0; line < batchSize * outHeight; line++) {
      const first = Math.floor(line / outHeight) * height + (line % outHeight) * info.strideHeight;
      for (let row = 0; row < filterHeight; row++) {
        addTransposedProduct(
          from + (first + row) * width * pixel,
          info.strideWidth * pixel,
          slopes + line * outWidth * slope,
          slope,
          outWidth,
          span,
          outChannels,
          to + row * span * slope,
        );
      }
    }
  }
  if (!bare) heap.release(padded);
  return output;
}

/** The derivative by the input is a convolution of `dy` too: a product for 1x1 filters, else one with the filter turned round. */
function conv2DBackpropInput(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { dy, filter } = inputs as { dy: Info; filter: Info };
  const inputShape = attributes.inputShape as Shape4;
  const [filterHeight, filterWidth, inChannels, outChannels] = filter.shape as Shape4;
  const info = convolution(inputShape, filter.shape as Shape4, attributes, false);
  const { padInfo, strideHeight, strideWidth } = info;
  if (info.dataFormat !== 'channelsLast' || strideHeight !== 1 || strideWidth !== 1) return undefined;
  const pads = [
    filterHeight - 1 - padInfo.top,
    filterHeight - 1 - padInfo.bottom,
    filterWidth - 1 - padInfo.left,
    filterWidth - 1 - padInfo.right,
  ];
  if (pads.some((pad) => pad < 0)) return undefined;
  const turned = heap.backend.makeOutput([filterHeight, filterWidth, outChannels, inChannels], 'float32');
  const source = heap.backend.typedArrayFromHeap(filter);
  const target = heap.backend.typedArrayFromHeap(turned);
  const taps = filterHeight * filterWidth;
  const size = inChannels * outChannels;
  for (let tap = 0; tap < taps; tap++) {
    const to = (taps - 1 - tap) * size;
    for (let input = 0; input < inChannels; input++) {
      for (let output = 0; output < outChannels; output++) {
        target[to + output * inChannels + input] = source[tap * size + input * outChannels + output]!;
      }
    }
  }
  const [top, bottom, left, right] = pads;
  const output = heap.stock(
    tf.Conv2D,
    { x: dy, filter: turned },
    {
      strides: [1, 1],
      pad: [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ],
      dilations: [1, 1],
      dataFormat: 'NHWC',
    },
  );
  heap.release(turned);
  return output;
}

interface Run {
  /** First output column whose tap lies on the input, and how many do. */
  readonly start: number;
  readonly count: number;
}

/** The output positions of one axis for which `tap` falls on the input rather than on padding. */
function onInput(tap: number, stride: number, before: number, inputs: number, outputs: number): Run {
  const start = Math.max(0, Math.ceil((before - tap) / stride));
  const end = Math.min(outputs - 1, Math.floor((inputs - 1 + before - tap) / stride));
  return { start, count: Math.max(0, end - start + 1) };
}

type Convolution = ReturnType<typeof convolution>;

/**
 * Calls `visit` for each run of pixels that one tap of a depthwise filter meets, with offsets in floats: line by line, so that what all taps of a line
 * read and write stays in the cache.
 */
function eachRun(info: Convolution, visit: (x: number, dy: number, count: number, tap: number) => void): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
  const columns = Array.from({ length: info.filterWidth }, (_, column) => ({
    ...onInput(column, strideWidth, padInfo.left, inWidth, outWidth),
    column,
  })).filter(({ count }) => count > 0);
  for (let line = 0; line < batchSize * outHeight; line++) {
    const image = Math.floor(line / outHeight) * inHeight;
    const top = (line % outHeight) * strideHeight - padInfo.top;
    for (let row = Math.max(0, -top); row < Math.min(info.filterHeight, inHeight - top); row++) {
      for (const { column, start, count } of columns) {
        const x = (image + top + row) * inWidth + start * strideWidth + column - padInfo.left;
        const tap = row * info.filterWidth + column;
        visit(x * inChannels, (line * outWidth + start) * inChannels, count, tap * inChannels);
      }
    }
  }
}

/** Filters with several outputs a channel are those of one output over channels repeated side by side. */
function repeated(x: tf.Tensor, times: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape as Shape4;
  const rows = tf.reshape(x, [batch * height * width * channels, 1]);
  return tf.reshape(tf.tile(rows, [1, times]), [batch, height, width, channels * times]);
}

function depthwiseBackpropFilter(heap: Heap, inputs: Inputs, attributes: Attributes): Info {
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
  const info = convolution(x.shape as Shape4, filterShape, attributes, true);
  const output = heap.zeros(filterShape);
  const [from, slopes, to] = [heap.address(x), heap.address(dy), heap.address(output)];
  const pixel = channels * FLOAT;
  const { addRowProducts } = heap.loops;
  eachRun(info, (input, slope, count, tap) =>
    addRowProducts(
      from + input * FLOAT,
      info.strideWidth * pixel,
      slopes + slope * FLOAT,
      pixel,
      count,
      channels,
      to + tap * FLOAT,
    ),
  );
  return output;
}

function depthwiseBackpropInput(heap: Heap, inputs: Inputs, attributes: Attributes): Info {
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
  const info = convolution(inputShape, filter.shape as Shape4, attributes, true);
  const output = heap.zeros(inputShape);
  const [to, slopes, weights] = [heap.address(output), heap.address(dy), heap.address(filter)];
  const pixel = channels * FLOAT;
  const { addWeightedRows } = heap.loops;
  eachRun(info, (input, slope, count, tap) =>
    addWeightedRows(
      to + input * FLOAT,
      info.strideWidth * pixel,
      slopes + slope * FLOAT,
      pixel,
      count,
      channels,
      weights + tap * FLOAT,
    ),
  );
  return output;
}

function run(kernel: string, inputs: Record<string, tf.Tensor>, attributes: object): tf.Tensor {
  return tf.engine().runKernel(kernel, inputs, attributes as tf.NamedAttrMap);
}

/** Sums over blocks of rows, short ones in single precision by `add`, their total in double. `add` fills the numbers at `to`. */
function sumBlocks(
  heap: Heap,
  rows: number,
  length: number,
  add: (row: number, count: number, to: number) => void,
): Float64Array {
  const partial = heap.backend.makeOutput([length], 'float32');
  const to = heap.address(partial);
  const values = heap.backend.typedArrayFromHeap(partial) as Float32Array;
  const totals = new Float64Array(length);
  for (let row = 0; row < rows; row += BLOCK) {
    values.fill(0);
    add(row, Math.min(BLOCK, rows - row), to);
    for (let index = 0; index < length; index++) totals[index] = totals[index]! + values[index]!;
  }
  heap.release(partial);
  return totals;
}

/** Sums over the leading axes, such as those of a bias or of batch statistics; the stock kernel transposes the whole tensor first. */
function sumOverLeadingAxes(heap: Heap, inputs: Inputs, { axis, keepDims }: Attributes): Info | undefined {
  const { x } = inputs as { x: Info };
  const axes = tf.util.parseAxisParam(axis as number | number[], x.shape).sort((a, b) => a - b);
  const leading = axes.every((value, index) => value === index);
  if (x.dtype !== 'float32' || !leading || axes.length === 0 || axes.length === x.shape.length) return undefined;
  const channels = tf.util.sizeFromShape(x.shape.slice(axes.length));
  const rows = tf.util.sizeFromShape(x.shape.slice(0, axes.length));
  const from = heap.address(x);
  const pixel = channels * FLOAT;
  const totals = sumBlocks(heap, rows, channels, (row, count, to) =>
    heap.loops.addRows(from + row * pixel, pixel, count, channels, to),
  );
  const output = heap.backend.makeOutput(
    keepDims ? x.shape.map((size, index) => (index < axes.length ? 1 : size)) : x.shape.slice(axes.length),
    'float32',
  );
  heap.backend.typedArrayFromHeap(output).set(totals);
  return output;
}

function meanOverLeadingAxes(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const sum = sumOverLeadingAxes(heap, inputs, attributes);
  if (!sum) return undefined;
  const values = heap.backend.typedArrayFromHeap(sum);
  const count = tf.util.sizeFromShape((inputs.x as Info).shape) / values.length;
  for (let index = 0; index < values.length; index++) values[index] = values[index]! / count;
  return sum;
}

/** One multiplication and one addition a number; the stock kernel divides by the deviation each time. */
function fusedBatchNorm(heap: Heap, inputs: Inputs, { varianceEpsilon }: Attributes): Info | undefined {
  const { x, mean, variance, scale, offset } = inputs as {
    x: Info;
    mean: Info;
    variance: Info;
    scale?: Info;
    offset?: Info;
  };
  const perChannel = [mean, variance, scale, offset].filter((each) => each !== undefined);
  const channels = x.shape.at(-1)!;
  if (perChannel.some(({ shape }) => tf.util.sizeFromShape(shape) !== channels || shape.at(-1) !== channels))
    return undefined;
  const scales = scale ? heap.floats(scale) : undefined;
  const offsets = offset ? heap.floats(offset) : undefined;
  return scaleByChannel(
    heap,
    x,
    affine(heap.floats(mean), heap.floats(variance), scales, offsets, varianceEpsilon as number),
    false,
  );
}

interface Affine {
  readonly slope: Float32Array;
  readonly offset: Float32Array;
}

function affine(
  mean: Float32Array,
  variance: Float32Array,
  scale: Float32Array | undefined,
  shift: Float32Array | undefined,
  epsilon: number,
): Affine {
  const slope = variance.map((value, channel) => (scale?.[channel] ?? 1) / Math.sqrt(value + epsilon));
  return { slope, offset: mean.map((value, channel) => (shift?.[channel] ?? 0) - value * slope[channel]!) };
}

function scaleByChannel(heap: Heap, x: Info, { slope, offset }: Affine, rectified: boolean): Info {
  const channels = slope.length;
  const output = heap.backend.makeOutput(x.shape, 'float32');
  const slopes = heap.hold(slope);
  const offsets = heap.hold(offset);
  const rows = tf.util.sizeFromShape(x.shape) / channels;
  const pixel = channels * FLOAT;
  const [from, to, by, plus] = [heap.address(x), heap.address(output), heap.address(slopes), heap.address(offsets)];
  const scale = rectified ? heap.loops.scaleRowsRectified : heap.loops.scaleRows;
  for (let row = 0; row < rows; row += BLOCK) {
    scale(from + row * pixel, to + row * pixel, Math.min(BLOCK, rows - row), channels, by, plus);
  }
  heap.release(slopes);
  heap.release(offsets);
  return output;
}

function normaliseBatch(heap: Heap, inputs: Inputs, attributes: Attributes): Info[] {
  const { epsilon, rectified } = attributes as unknown as NormaliseBatchAttributes;
  const { x, scale, shift } = inputs as { x: Info; scale: Info; shift: Info };
  const channels = x.shape.at(-1)!;
  const rows = tf.util.sizeFromShape(x.shape) / channels;
  const pixel = channels * FLOAT;
  const from = heap.address(x);
  const { addRows, addSquaredDistances } = heap.loops;
  const sums = sumBlocks(heap, rows, channels, (row, count, to) =>
    addRows(from + row * pixel, pixel, count, channels, to),
  );
  const mean = heap.hold(Float32Array.from(sums, (sum) => sum / rows));
  const centre = heap.address(mean);
  const squares = sumBlocks(heap, rows, channels, (row, count, to) =>
    addSquaredDistances(from + row * pixel, pixel, count, channels, centre, to),
  );
  const variance = heap.hold(Float32Array.from(squares, (sum) => sum / rows));
  const map = affine(heap.floats(mean), heap.floats(variance), heap.floats(scale), heap.floats(shift), epsilon);
  return [scaleByChannel(heap, x, map, rectified), mean, variance];
}

function normaliseBatchGradient(heap: Heap, inputs: Inputs, attributes: Attributes): Info[] {
  const { epsilon, rectified } = attributes as unknown as NormaliseBatchAttributes;
  const { dy, x, value, scale, mean, variance } = inputs as {
    [name in 'dy' | 'x' | 'value' | 'scale' | 'mean' | 'variance']: Info;
  };
  const channels = x.shape.at(-1)!;
  const rows = tf.util.sizeFromShape(x.shape) / channels;
  const pixel = channels * FLOAT;
  const [dyAt, valueAt, xAt, centre] = [heap.address(dy), heap.address(value), heap.address(x), heap.address(mean)];
  const addSlopes = rectified ? heap.loops.addSlopesRectified : heap.loops.addSlopes;
  const sums = sumBlocks(heap, rows, 2 * channels, (row, count, to) => {
    const at = row * pixel;
    addSlopes(dyAt + at, valueAt + at, xAt + at, count, channels, centre, to);
  });
  const [slopeSums, productSums] = [sums.subarray(0, channels), sums.subarray(channels)];
  const { byScale, bySlope, byInput, offset } = solveSlopes(
    rows,
    epsilon,
    heap.floats(scale),
    heap.floats(mean),
    heap.floats(variance),
    slopeSums,
    productSums,
  );
  const by = heap.hold(Float32Array.from([...bySlope, ...byInput, ...offset]));
  const byX = heap.backend.makeOutput(x.shape, 'float32');
  const [to, factors] = [heap.address(byX), heap.address(by)];
  const combineSlopes = rectified ? heap.loops.combineSlopesRectified : heap.loops.combineSlopes;
  for (let row = 0; row < rows; row += BLOCK) {
    const at = row * pixel;
    combineSlopes(dyAt + at, valueAt + at, xAt + at, to + at, Math.min(BLOCK, rows - row), channels, factors);
  }
  heap.release(by);
  return [byX, heap.hold(byScale), heap.hold(Float32Array.from(slopeSums))];
}

function transposedMatMul(_: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { a, b } = inputs as { a: tf.Tensor; b: tf.Tensor };
  const { transposeA, transposeB } = attributes;
  if (!transposeA && !transposeB) return undefined;
  return tf.tidy(() => tf.matMul(transposeA ? swapped(a) : a, transposeB ? swapped(b) : b));
}

function swapped(x: tf.Tensor): tf.Tensor {
  const axes = [...x.shape.keys()];
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

interface Region {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  readonly begin: readonly number[];
}

/** Copies a box of `size` from one tensor to another in runs as long as they lie side by side in both. */
function copyRegion(from: Region, to: Region, size: readonly number[]): void {
  const last = size.findLastIndex((length, axis) => length !== from.shape[axis] || length !== to.shape[axis]);
  const split = Math.max(0, last);
  const run = tf.util.sizeFromShape(size.slice(split));
  if (run === 0) return;
  const [sourceStrides, targetStrides] = [from, to].map(({ shape }) => [...tf.util.computeStrides([...shape]), 1]) as [
    number[],
    number[],
  ];
  const copy = (axis: number, source: number, target: number): void => {
    const [first, second] = [
      source + (from.begin[axis] ?? 0) * (sourceStrides[axis] ?? 1),
      target + (to.begin[axis] ?? 0) * (targetStrides[axis] ?? 1),
    ];
    if (axis === split) {
      to.values.set(from.values.subarray(first, first + run), second);
      return;
    }
    for (let index = 0; index < size[axis]!; index++) {
      copy(axis + 1, first + index * sourceStrides[axis]!, second + index * targetStrides[axis]!);
    }
  };
  copy(0, 0, 0);
}

const origin = (shape: readonly number[]): number[] => shape.map(() => 0);

function slice({ backend }: Heap, inputs: Inputs, { begin, size }: Attributes): Info | undefined {
  const { x } = inputs as { x: tf.Tensor };
  if (x.dtype === 'string') return undefined;
  const [from, lengths] = tf.slice_util.parseSliceParams(x, begin as number[], size as number[]) as [
    number[],
    number[],
  ];
  const output = backend.makeOutput(lengths, x.dtype);
  copyRegion(
    { values: backend.typedArrayFromHeap(x) as Float32Array, shape: x.shape, begin: from },
    { values: backend.typedArrayFromHeap(output) as Float32Array, shape: lengths, begin: origin(lengths) },
    lengths,
  );
  return output;
}

function pad({ backend }: Heap, inputs: Inputs, { paddings, constantValue }: Attributes): Info {
  const { x } = inputs as { x: Info };
  const sides = paddings as [number, number][];
  const shape = x.shape.map((size, axis) => sides[axis]![0] + size + sides[axis]![1]);
  const output = backend.makeOutput(shape, x.dtype);
  const values = backend.typedArrayFromHeap(output) as Float32Array;
  values.fill(constantValue as number);
  copyRegion(
    { values: backend.typedArrayFromHeap(x) as Float32Array, shape: x.shape, begin: origin(shape) },
    { values, shape, begin: sides.map(([before]) => before) },
    x.shape,
  );
  return output;
}

/** Tensors never change, so a copy may share the data. The stock kernel copies every tensor that is kept for the backward pass. */
function identity({ backend }: Heap, inputs: Inputs): Info {
  const { x } = inputs as { x: Info };
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

/** Copies block by block; the stock kernel goes number by number, through a new array for each. */
function tile({ backend }: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { x } = inputs as { x: Info };
  const reps = attributes.reps as number[];
  if (x.dtype === 'string' || tf.util.sizeFromShape(x.shape) === 0 || reps.includes(0)) return undefined;
  const { shape } = x;
  const output = backend.makeOutput(
    shape.map((size, axis) => size * reps[axis]!),
    x.dtype,
  );
  const source = backend.typedArrayFromHeap(x) as Float32Array;
  const target = backend.typedArrayFromHeap(output) as Float32Array;
  const last = reps.findLastIndex((times) => times > 1);
  const block = tf.util.sizeFromShape(shape.slice(last + 1));
  let from = 0;
  const fill = (axis: number, to: number): number => {
    if (axis > last) {
      if (block === 1) target[to] = source[from]!;
      else target.set(source.subarray(from, from + block), to);
      from += block;
      return to + block;
    }
    let end = to;
    for (let index = 0; index < shape[axis]!; index++) end = fill(axis + 1, end);
    const whole = to + (end - to) * reps[axis]!;
    while (end < whole) {
      const length = Math.min(end - to, whole - end);
      target.copyWithin(end, to, to + length);
      end += length;
    }
    return whole;
  };
  fill(0, 0);
  return output;
}

type Kernel = (heap: Heap, inputs: Inputs, attributes: Attributes) => Info | Info[] | undefined;

/** Registers a kernel; where it returns undefined, the stock one does the work. */
function register(kernelName: string, kernel: Kernel): void {
  const stock = tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined;
  if (stock) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    ...stock,
    kernelName,
    backendName: 'wasm',
    kernelFunc: (call) => {
      const done = kernel(
        heapOf(call.backend as BackendWasm),
        call.inputs as Inputs,
        (call.attrs ?? {}) as unknown as Attributes,
      );
      if (done) return done;
      if (stock) return stock.kernelFunc(call);
      throw new Error(`${kernelName} is not available on the wasm backend for these arguments.`);
    },
  });
}

/** Gives the WASM backend the training kernels that it lacks, and better ones where its own are slow. Call it before the backend starts. */
export function registerWasmKernels(): void {
  register(tf.Conv2DBackpropFilter, conv2DBackpropFilter);
  register(tf.Conv2DBackpropInput, conv2DBackpropInput);
  register(tf.DepthwiseConv2dNativeBackpropFilter, depthwiseBackpropFilter);
  register(tf.DepthwiseConv2dNativeBackpropInput, depthwiseBackpropInput);
  register(tf.Sum, sumOverLeadingAxes);
  register(tf.Mean, meanOverLeadingAxes);
  register(tf.FusedBatchNorm, fusedBatchNorm);
  register(NORMALISE_BATCH, normaliseBatch);
  register(NORMALISE_BATCH_GRADIENT, normaliseBatchGradient);
  register(tf.Identity, identity);
  register(tf.PadV2, pad);
  register(tf.Slice, slice);
  register(tf.Tile, tile);
  register(tf.BatchMatMul, transposedMatMul);
}
