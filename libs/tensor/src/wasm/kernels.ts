import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { NORMALISE_BATCH, NORMALISE_BATCH_GRADIENT } from '../normalise-batch.js';
import {
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
} from './convolution.kernels.js';
import { type Attributes, type Heap, heapOf, type Info, type Inputs } from './heap.js';
import { identity, pad, slice, tile } from './layout.kernels.js';
import {
  fusedBatchNorm,
  meanOverLeadingAxes,
  normaliseBatch,
  normaliseBatchGradient,
  sumOverLeadingAxes,
} from './normalisation.kernels.js';
import { transposedMatMul } from './product.kernels.js';

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
