import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, BLOCK, FLOAT, type Heap, type Info, type Inputs, type Shape4 } from './heap.js';
import { pad } from './layout.kernels.js';

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

export function conv2DBackpropFilter(heap: Heap, inputs: Inputs, attributes: Attributes): Info {
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
export function conv2DBackpropInput(heap: Heap, inputs: Inputs, attributes: Attributes): Info | undefined {
  const { dy, filter } = inputs as { dy: Info; filter: Info };
  const inputShape = attributes.inputShape as Shape4;
  const [filterHeight, filterWidth, inChannels, outChannels] = filter.shape as Shape4;
  const info = convolution(inputShape, filter.shape as Shape4, attributes, false);
  const { padInfo, strideHeight, strideWidth } = info;
  if (attributes.dataFormat === 'NCHW' || strideHeight !== 1 || strideWidth !== 1) return undefined;
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

export function depthwiseBackpropFilter(heap: Heap, inputs: Inputs, attributes: Attributes): Info {
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

export function depthwiseBackpropInput(heap: Heap, inputs: Inputs, attributes: Attributes): Info {
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
