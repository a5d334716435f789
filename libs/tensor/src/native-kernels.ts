import * as tf from '@tensorflow/tfjs-core';
import { NORMALISE_BATCH, NORMALISE_BATCH_GRADIENT, type NormaliseBatchAttributes } from './normalise-batch.js';

interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | string | boolean;
}

/** The part of tfjs-node's backend that kernels of ours use. */
interface NativeBackend {
  readonly binding: Readonly<
    Record<'TF_ATTR_TYPE' | 'TF_ATTR_FLOAT' | 'TF_ATTR_STRING' | 'TF_ATTR_BOOL' | 'TF_FLOAT', number>
  >;
  executeSingleInput(operation: string, input: tf.TensorInfo): tf.Tensor;
  executeSingleOutput(operation: string, attributes: OperationAttribute[], inputs: tf.TensorInfo[]): tf.Tensor;
  executeMultipleOutputs(
    operation: string,
    attributes: OperationAttribute[],
    inputs: tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
}

type Inputs = Readonly<Record<string, tf.Tensor>>;

const floats = ({ binding }: NativeBackend, name: string): OperationAttribute => ({
  name,
  type: binding.TF_ATTR_TYPE,
  value: binding.TF_FLOAT,
});

function trainingAttributes(backend: NativeBackend, epsilon: number): OperationAttribute[] {
  const { binding } = backend;
  return [
    floats(backend, 'T'),
    floats(backend, 'U'),
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ];
}

function normalise(
  backend: NativeBackend,
  inputs: Inputs,
  { epsilon, rectified }: NormaliseBatchAttributes,
): tf.Tensor[] {
  const { x, scale, shift } = inputs as { x: tf.Tensor; scale: tf.Tensor; shift: tf.Tensor };
  const none = tf.tensor1d([]);
  const operands = [x, scale, shift, none, none];
  const outputs = backend.executeMultipleOutputs('FusedBatchNormV3', trainingAttributes(backend, epsilon), operands, 6);
  // Of the two variances the second is divided by the count, not by one less, and is the one that its gradient takes.
  const [value, mean, , , variance] = outputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  return [rectified ? tf.relu(value) : value, mean, variance];
}

function differentiate(
  backend: NativeBackend,
  inputs: Inputs,
  { epsilon, rectified }: NormaliseBatchAttributes,
): tf.Tensor[] {
  const { dy, x, value, scale, mean, variance } = inputs as Record<string, tf.Tensor> as {
    [name in 'dy' | 'x' | 'value' | 'scale' | 'mean' | 'variance']: tf.Tensor;
  };
  const taken = rectified ? backend.executeSingleOutput('ReluGrad', [floats(backend, 'T')], [dy, value]) : dy;
  const operands = [taken, x, scale, mean, variance, tf.tensor1d([])];
  const attributes = trainingAttributes(backend, epsilon);
  return backend.executeMultipleOutputs('FusedBatchNormGradV3', attributes, operands, 5).slice(0, 3);
}

/** Gives tfjs-node kernels that take fewer passes over a tensor than its own. Call it once tfjs-node is loaded. */
export function registerNativeKernels(): void {
  const kernels = { [NORMALISE_BATCH]: normalise, [NORMALISE_BATCH_GRADIENT]: differentiate };
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    tf.registerKernel({
      kernelName,
      backendName: 'tensorflow',
      kernelFunc: ({ inputs, backend, attrs }) =>
        tf.tidy(() =>
          kernel(backend as NativeBackend, inputs as unknown as Inputs, attrs as unknown as NormaliseBatchAttributes),
        ),
    });
  }
  const stock = tf.getKernel(tf.Step, 'tensorflow');
  tf.unregisterKernel(tf.Step, 'tensorflow');
  tf.registerKernel({
    ...stock,
    // The derivative of every rectifier; two passes instead of seven.
    kernelFunc: (call) => {
      const x = call.inputs.x as tf.Tensor;
      if (call.attrs?.alpha !== 0 || x.dtype !== 'float32') return stock.kernelFunc(call);
      return tf.tidy(() => (call.backend as NativeBackend).executeSingleInput('Sign', tf.relu(x)));
    },
  });
}
