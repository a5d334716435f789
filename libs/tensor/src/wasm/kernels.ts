import * as tf from '@tensorflow/tfjs-core';

type Kernel = (inputs: Record<string, tf.Tensor>, attributes: Record<string, unknown>) => tf.Tensor;

function kernel(kernelName: string, run: Kernel): void {
  if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() => run(inputs as Record<string, tf.Tensor>, attrs as unknown as Record<string, unknown>)),
  });
}

type Shape4 = [number, number, number, number];
type Pair = [number, number];

interface ConvolutionAttributes {
  readonly strides: Pair;
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function convolution(x: Shape4, filter: Shape4, attributes: ConvolutionAttributes, depthwise: boolean) {
  const { strides, pad, dimRoundingMode } = attributes;
  return tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad, dimRoundingMode, depthwise);
}

type Convolution = ReturnType<typeof convolution>;

function padded(x: tf.Tensor4D, info: Convolution): tf.Tensor4D {
  const { top, bottom, left, right } = info.padInfo;
  return top + bottom + left + right === 0
    ? x
    : tf.pad(x, [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ]);
}

function tapRows(x: tf.Tensor4D, info: Convolution, row: number, column: number): tf.Tensor4D {
  const { strideHeight, strideWidth, outHeight, outWidth } = info;
  const height = (outHeight - 1) * strideHeight + 1;
  const width = (outWidth - 1) * strideWidth + 1;
  return tf.stridedSlice(
    x,
    [0, row, column, 0],
    [info.batchSize, row + height, column + width, info.inChannels],
    [1, strideHeight, strideWidth, 1],
  ) as tf.Tensor4D;
}

function conv2DBackpropFilter({ x, dy }: Record<string, tf.Tensor>, attributes: Record<string, unknown>): tf.Tensor {
  const shape = attributes.filterShape as Shape4;
  const info = convolution(x!.shape as Shape4, shape, attributes as unknown as ConvolutionAttributes, false);
  const input = padded(x as tf.Tensor4D, info);
  const rows = tf.reshape(dy!, [-1, info.outChannels]);
  const taps: tf.Tensor[] = [];
  for (let row = 0; row < info.filterHeight; row++) {
    for (let column = 0; column < info.filterWidth; column++) {
      const tap = tf.reshape(tapRows(input, info, row, column), [-1, info.inChannels]);
      taps.push(tf.matMul(tf.transpose(tap), rows));
    }
  }
  return tf.reshape(tf.stack(taps), shape);
}

function depthwiseBackpropFilter({ x, dy }: Record<string, tf.Tensor>, attributes: Record<string, unknown>): tf.Tensor {
  const shape = attributes.filterShape as Shape4;
  const info = convolution(x!.shape as Shape4, shape, attributes as unknown as ConvolutionAttributes, true);
  const input = padded(x as tf.Tensor4D, info);
  const multiplier = shape[3];
  const dy5 = tf.reshape(dy!, [info.batchSize * info.outHeight * info.outWidth, info.inChannels, multiplier]);
  const taps: tf.Tensor[] = [];
  for (let row = 0; row < info.filterHeight; row++) {
    for (let column = 0; column < info.filterWidth; column++) {
      const tap = tf.reshape(tapRows(input, info, row, column), [-1, info.inChannels, 1]);
      taps.push(tf.sum(tf.mul(tap, dy5), 0));
    }
  }
  return tf.reshape(tf.stack(taps), shape);
}

function depthwiseBackpropInput(
  { dy, filter }: Record<string, tf.Tensor>,
  attributes: Record<string, unknown>,
): tf.Tensor {
  const inputShape = attributes.inputShape as Shape4;
  const shape = filter!.shape as Shape4;
  const info = convolution(inputShape, shape, attributes as unknown as ConvolutionAttributes, true);
  const { batchSize, inChannels, outHeight, outWidth, strideHeight, strideWidth, filterHeight, filterWidth, padInfo } =
    info;
  const multiplier = shape[3];
  const parts: tf.Tensor4D[] = [];
  const dy5 = tf.reshape(dy!, [batchSize * outHeight * outWidth, inChannels, multiplier]);
  for (let output = 0; output < multiplier; output++) {
    let spread = tf.reshape(tf.slice(dy5, [0, 0, output], [-1, -1, 1]), [
      batchSize,
      outHeight,
      outWidth,
      inChannels,
    ]) as tf.Tensor4D;
    const height = (outHeight - 1) * strideHeight + 1;
    const width = (outWidth - 1) * strideWidth + 1;
    if (strideHeight > 1 || strideWidth > 1) {
      const tall = tf.pad(tf.reshape(spread, [batchSize * outHeight, 1, outWidth * inChannels]), [
        [0, 0],
        [0, strideHeight - 1],
        [0, 0],
      ]);
      const wide = tf.pad(tf.reshape(tall, [batchSize * outHeight * strideHeight * outWidth, 1, inChannels]), [
        [0, 0],
        [0, strideWidth - 1],
        [0, 0],
      ]);
      spread = tf.slice(
        tf.reshape(wide, [batchSize, outHeight * strideHeight, outWidth * strideWidth, inChannels]),
        [0, 0, 0, 0],
        [batchSize, height, width, inChannels],
      ) as tf.Tensor4D;
    }
    const top = filterHeight - 1 - padInfo.top;
    const left = filterWidth - 1 - padInfo.left;
    const bottom = inputShape[1] + filterHeight - 1 - height - top;
    const right = inputShape[2] + filterWidth - 1 - width - left;
    const grown = tf.pad(spread, [
      [0, 0],
      [Math.max(top, 0), Math.max(bottom, 0)],
      [Math.max(left, 0), Math.max(right, 0)],
      [0, 0],
    ]);
    const cut = tf.slice(
      grown,
      [0, Math.max(-top, 0), Math.max(-left, 0), 0],
      [batchSize, inputShape[1] + filterHeight - 1, inputShape[2] + filterWidth - 1, inChannels],
    );
    const taps = tf.slice(filter as tf.Tensor4D, [0, 0, 0, output], [-1, -1, -1, 1]);
    parts.push(tf.depthwiseConv2d(cut, tf.reverse(taps, [0, 1]), 1, 'valid'));
  }
  return tf.addN(parts);
}

/** Registers on the WASM backend the training kernels that it lacks. */
export function registerWasmKernels(): void {
  kernel(tf.Conv2DBackpropFilter, conv2DBackpropFilter);
  kernel(tf.DepthwiseConv2dNativeBackpropFilter, depthwiseBackpropFilter);
  kernel(tf.DepthwiseConv2dNativeBackpropInput, depthwiseBackpropInput);
  // The stock kernel runs transposed operands in a plain loop, 15 to 30 times slower than transposing them first.
  const stock = tf.getKernel(tf.BatchMatMul, 'wasm');
  tf.unregisterKernel(tf.BatchMatMul, 'wasm');
  tf.registerKernel({
    ...stock,
    kernelFunc: (call) => {
      const { a, b } = call.inputs as { a: tf.Tensor; b: tf.Tensor };
      const { transposeA, transposeB } = call.attrs as unknown as { transposeA: boolean; transposeB: boolean };
      if (!transposeA && !transposeB) return stock.kernelFunc(call);
      return tf.tidy(() => tf.matMul(transposeA ? swapped(a) : a, transposeB ? swapped(b) : b));
    },
  });
}

function swapped(x: tf.Tensor): tf.Tensor {
  const axes = [...x.shape.keys()];
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
