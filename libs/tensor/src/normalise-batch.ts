import * as tf from '@tensorflow/tfjs-core';

/** Kernel of the forward pass; every backend has one of its own. Inputs x, scale, shift; outputs value, mean, variance. */
export const NORMALISE_BATCH = 'EdgeloreNormaliseBatch';
/** Kernel of the backward pass. Inputs dy, x, value, scale, shift, mean, variance; outputs the derivatives by x, scale and shift. */
export const NORMALISE_BATCH_GRADIENT = 'EdgeloreNormaliseBatchGradient';

export interface NormaliseBatchAttributes {
  readonly epsilon: number;
  readonly rectified: boolean;
}

/** A batch normalised by its own statistics. */
export interface NormalisedBatch {
  /** Shaped as the input. */
  readonly value: tf.Tensor4D;
  /** [channels]; constants for differentiation. */
  readonly mean: tf.Tensor1D;
  /** [channels], divided by the count; constants for differentiation. */
  readonly variance: tf.Tensor1D;
}

/** Options of {@link normaliseBatch}. */
export interface NormaliseBatchOptions {
  /** Added to the variance; 1e-3 by default. */
  readonly epsilon?: number;
  /** Take max(0, y) of the result y in the same pass. */
  readonly rectified?: boolean;
}

/**
 * Batch normalisation by the statistics of the batch (Ioffe and Szegedy 2015, "Batch normalization", algorithm 1), as one differentiable operation:
 * y = scale * (x - mean) / sqrt(variance + epsilon) + shift for each channel. Composed of single operations it takes a dozen passes over the batch each
 * way, and most of the time of a training step.
 *
 * @param x [batch, height, width, channels]
 * @param scale [channels]
 * @param shift [channels]
 *
 * @example
 * const { value, mean, variance } = normaliseBatch(x, scale, shift, { rectified: true });
 */
export function normaliseBatch(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  { epsilon = 1e-3, rectified = false }: NormaliseBatchOptions = {},
): NormalisedBatch {
  const outputs: tf.Tensor[] = tf.engine().runKernel(NORMALISE_BATCH, { x, scale, shift }, { epsilon, rectified });
  const [value, mean, variance] = outputs as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
  return { value, mean, variance };
}

function normalise(inputs: tf.NamedTensorInfoMap, attributes: NormaliseBatchAttributes): tf.Tensor[] {
  const { x, scale, shift } = inputs as { x: tf.Tensor4D; scale: tf.Tensor1D; shift: tf.Tensor1D };
  return tf.tidy(() => {
    const mean = tf.mean(x, [0, 1, 2]) as tf.Tensor1D;
    const variance = tf.mean(tf.squaredDifference(x, mean), [0, 1, 2]) as tf.Tensor1D;
    const value = tf.batchNorm(x, mean, variance, shift, scale, attributes.epsilon);
    return [attributes.rectified ? tf.relu(value) : value, mean, variance];
  });
}

function differentiate(inputs: tf.NamedTensorInfoMap, { epsilon, rectified }: NormaliseBatchAttributes): tf.Tensor[] {
  const { dy, x, value, scale, mean, variance } = inputs as Record<string, tf.Tensor>;
  return tf.tidy(() => {
    const taken = rectified ? tf.mul(dy!, tf.step(value!)) : dy!;
    const centred = tf.sub(x!, mean!);
    const inverse = tf.rsqrt(tf.add(variance!, epsilon));
    const byShift = tf.sum(taken, [0, 1, 2]);
    const byScale = tf.mul(inverse, tf.sum(tf.mul(taken, centred), [0, 1, 2]));
    const count = x!.size / mean!.size;
    const common = tf.add(tf.div(byShift, count), tf.mul(centred, tf.mul(inverse, tf.div(byScale, count))));
    return [tf.mul(tf.mul(scale!, inverse), tf.sub(taken, common)), byScale, byShift];
  });
}

/** Registers the operation's gradient, and its kernels of single operations for the plain JavaScript backend. */
export function registerNormaliseBatch(): void {
  if (tf.getGradient(NORMALISE_BATCH)) return;
  tf.registerGradient({
    kernelName: NORMALISE_BATCH,
    inputsToSave: ['x', 'scale', 'shift'],
    outputsToSave: [true, true, true],
    gradFunc: (dys, saved, attributes) => {
      const [dy] = dys as tf.Tensor[];
      const [x, scale, shift, value, mean, variance] = saved as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      const inputs = { dy: dy!, x, value, scale, shift, mean, variance };
      const outputs: tf.Tensor[] = tf.engine().runKernel(NORMALISE_BATCH_GRADIENT, inputs, attributes);
      const [byX, byScale, byShift] = outputs as [tf.Tensor, tf.Tensor, tf.Tensor];
      return { x: () => byX, scale: () => byScale, shift: () => byShift };
    },
  });
  const kernels = { [NORMALISE_BATCH]: normalise, [NORMALISE_BATCH_GRADIENT]: differentiate };
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    tf.registerKernel({
      kernelName,
      backendName: 'cpu',
      kernelFunc: ({ inputs, attrs }) => kernel(inputs, attrs as unknown as NormaliseBatchAttributes),
    });
  }
}
