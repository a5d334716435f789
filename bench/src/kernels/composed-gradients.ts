import '@tensorflow/tfjs-backend-wasm';
import { startTensorEngine, tf } from '@edgelore/tensor';

type Kernel = (inputs: Record<string, tf.Tensor>, attributes: ConvolutionAttributes) => tf.Tensor;
type Shape4 = [number, number, number, number];

interface ConvolutionAttributes {
  readonly strides: [number, number];
  readonly pad: 'valid' | 'same';
  readonly filterShape?: Shape4;
  readonly inputShape?: Shape4;
}

/**
 * Starts TensorFlow.js on its WASM backend with its own kernels, and those that training lacks composed of them (pad, slice, transpose, matMul): what a step costs
 * without kernels of our own. Call it before anything else starts the engine.
 */
export async function startComposedTfjs(): Promise<void> {
  const stock = tf.getKernelsForBackend('wasm');
  await startTensorEngine({ backend: 'wasm', threads: 1 });
  for (const { kernelName } of tf.getKernelsForBackend('wasm')) tf.unregisterKernel(kernelName, 'wasm');
  for (const kernel of stock) tf.registerKernel(kernel);
  register(tf.Conv2DBackpropFilter, convolutionFilterGradient);
  register(tf.DepthwiseConv2dNativeBackpropFilter, depthwiseFilterGradient);
  register(tf.DepthwiseConv2dNativeBackpropInput, depthwiseInputGradient);
  // Compositions of single operations that stand for any backend.
  for (const kernel of tf.getKernelsForBackend('cpu')) {
    if (kernel.kernelName.startsWith('Edgelore')) tf.registerKernel({ ...kernel, backendName: 'wasm' });
  }
  // The stock kernel takes transposed operands in a plain loop, 15 to 30 times slower than transposing them first.
  const product = tf.getKernel(tf.BatchMatMul, 'wasm');
  tf.unregisterKernel(tf.BatchMatMul, 'wasm');
  tf.registerKernel({
    ...product,
    kernelFunc: (call) => {
      const { a, b } = call.inputs as { a: tf.Tensor; b: tf.Tensor };
      const { transposeA, transposeB } = call.attrs as unknown as { transposeA: boolean; transposeB: boolean };
      if (!transposeA && !transposeB) return product.kernelFunc(call);
      return tf.tidy(() => tf.matMul(transposeA ? swapped(a) : a, transposeB ? swapped(b) : b));
    },
  });
}

function register(kernelName: string, run: Kernel): void {
  if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() => run(inputs as Record<string, tf.Tensor>, attrs as unknown as ConvolutionAttributes)),
  });
}

function convolutionFilterGradient({ x, dy }: Record<string, tf.Tensor>, attributes: ConvolutionAttributes): tf.Tensor {
  const shape = attributes.filterShape as Shape4;
  const info = convolution(x?.shape as Shape4, shape, attributes, false);
  const rows = tf.reshape(dy as tf.Tensor, [-1, info.outChannels]);
  const taps = tapsOf(x as tf.Tensor4D, info).map((tap) => tf.matMul(tf.transpose(tap), rows));
  return tf.reshape(tf.stack(taps), shape);
}

function depthwiseFilterGradient({ x, dy }: Record<string, tf.Tensor>, attributes: ConvolutionAttributes): tf.Tensor {
  const shape = attributes.filterShape as Shape4;
  const info = convolution(x?.shape as Shape4, shape, attributes, true);
  const rows = tf.reshape(dy as tf.Tensor, [-1, info.inChannels]);
  const taps = tapsOf(x as tf.Tensor4D, info).map((tap) => tf.sum(tf.mul(tap, rows), 0));
  return tf.reshape(tf.stack(taps), shape);
}

/** The slopes, spread apart by the stride and grown by the filter, are convolved with the filter turned around. */
function depthwiseInputGradient(inputs: Record<string, tf.Tensor>, attributes: ConvolutionAttributes): tf.Tensor {
  const [dy, filter] = [inputs.dy as tf.Tensor4D, inputs.filter as tf.Tensor4D];
  const inputShape = attributes.inputShape as Shape4;
  const info = convolution(inputShape, filter.shape, attributes, true);
  const { batchSize, inChannels, outHeight, outWidth, strideHeight, strideWidth, filterHeight, filterWidth } = info;
  const height = (outHeight - 1) * strideHeight + 1;
  const width = (outWidth - 1) * strideWidth + 1;
  let spread = dy;
  if (strideHeight > 1 || strideWidth > 1) {
    const tall = tf.pad(tf.reshape(dy, [batchSize * outHeight, 1, outWidth * inChannels]), [
      [0, 0],
      [0, strideHeight - 1],
      [0, 0],
    ]);
    const wide = tf.pad(tf.reshape(tall, [batchSize * outHeight * strideHeight * outWidth, 1, inChannels]), [
      [0, 0],
      [0, strideWidth - 1],
      [0, 0],
    ]);
    const apart = [batchSize, outHeight * strideHeight, outWidth * strideWidth, inChannels];
    spread = tf.slice(tf.reshape(wide, apart), [0, 0, 0, 0], [batchSize, height, width, inChannels]) as tf.Tensor4D;
  }
  const top = filterHeight - 1 - info.padInfo.top;
  const left = filterWidth - 1 - info.padInfo.left;
  const bottom = inputShape[1] + filterHeight - 1 - height - top;
  const right = inputShape[2] + filterWidth - 1 - width - left;
  const grown = tf.pad(spread, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  return tf.depthwiseConv2d(grown, tf.reverse(filter, [0, 1]), 1, 'valid');
}

type Convolution = ReturnType<typeof convolution>;

function convolution(x: Shape4, filter: Shape4, { strides, pad }: ConvolutionAttributes, depthwise: boolean) {
  return tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad, undefined, depthwise);
}

/** For each tap of a filter the inputs that it meets: [outputs, channels]. */
function tapsOf(x: tf.Tensor4D, info: Convolution): tf.Tensor2D[] {
  const { batchSize, inChannels, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
  const padded = tf.pad(x, [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ]);
  return Array.from({ length: info.filterHeight * info.filterWidth }, (_, tap) => {
    const [row, column] = [Math.floor(tap / info.filterWidth), tap % info.filterWidth];
    const end = [
      batchSize,
      row + (outHeight - 1) * strideHeight + 1,
      column + (outWidth - 1) * strideWidth + 1,
      inChannels,
    ];
    const met = tf.stridedSlice(padded, [0, row, column, 0], end, [1, strideHeight, strideWidth, 1]);
    return tf.reshape(met, [-1, inChannels]);
  });
}

function swapped(x: tf.Tensor): tf.Tensor {
  const axes = [...x.shape.keys()];
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
