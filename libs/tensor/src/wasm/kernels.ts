import * as tf from '@tensorflow/tfjs-core';
import { NORMALISE_BATCH, NORMALISE_BATCH_GRADIENT } from '../normalise-batch.js';
import {
  conv2D,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  depthwiseConv2D,
} from './convolution.kernels.js';
import type { Attributes, Heap, Info, Inputs } from './heap.js';
import { identity, pad, slice, tile } from './layout.kernels.js';
import {
  fusedBatchNorm,
  meanOverLeadingAxes,
  normaliseBatch,
  normaliseBatchGradient,
  sumOverLeadingAxes,
} from './normalisation.kernels.js';
import { matMul } from './product.kernels.js';
import { avgPoolGrad, maxPoolGrad, resizeNearestNeighbor, resizeNearestNeighborGrad } from './sampling.kernels.js';

/** Returns undefined where the stock kernel does the work. */
type Kernel = (heap: Heap, inputs: Inputs, attributes: Attributes) => Info | Info[] | undefined;

const KERNELS: Readonly<Record<string, Kernel>> = {
  [tf.Conv2D]: conv2D,
  [tf.FusedConv2D]: conv2D,
  [tf.Conv2DBackpropFilter]: conv2DBackpropFilter,
  [tf.Conv2DBackpropInput]: conv2DBackpropInput,
  [tf.DepthwiseConv2dNative]: depthwiseConv2D,
  [tf.FusedDepthwiseConv2D]: depthwiseConv2D,
  [tf.DepthwiseConv2dNativeBackpropFilter]: depthwiseBackpropFilter,
  [tf.DepthwiseConv2dNativeBackpropInput]: depthwiseBackpropInput,
  [tf.BatchMatMul]: matMul,
  [tf._FusedMatMul]: matMul,
  [tf.Sum]: sumOverLeadingAxes,
  [tf.Mean]: meanOverLeadingAxes,
  [tf.FusedBatchNorm]: fusedBatchNorm,
  [NORMALISE_BATCH]: normaliseBatch,
  [NORMALISE_BATCH_GRADIENT]: normaliseBatchGradient,
  [tf.MaxPoolGrad]: maxPoolGrad,
  [tf.AvgPoolGrad]: avgPoolGrad,
  [tf.ResizeNearestNeighbor]: resizeNearestNeighbor,
  [tf.ResizeNearestNeighborGrad]: resizeNearestNeighborGrad,
  [tf.Identity]: identity,
  [tf.PadV2]: pad,
  [tf.Slice]: slice,
  [tf.Tile]: tile,
};

/** Gives the WASM backend the training kernels that it lacks, and better ones where its own are slow. The backend runs already: its own are set up. */
export function registerWasmKernels(heap: Heap): void {
  for (const [kernelName, kernel] of Object.entries(KERNELS)) {
    const stock = tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined;
    if (stock) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: (call) => {
        const done = kernel(heap, call.inputs as Inputs, (call.attrs ?? {}) as unknown as Attributes);
        if (done) return done;
        if (stock) return stock.kernelFunc(call);
        throw new Error(`${kernelName} is not available on the wasm backend for these arguments.`);
      },
    });
  }
}
