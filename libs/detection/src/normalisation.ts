import { tf } from '@edgelore/tensor';

/** Added to the variance. */
export const NORMALISATION_EPSILON = 1e-3;

/** Statistics of a batch, [channels] each. */
export interface BatchStatistics {
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/**
 * Batch normalisation by the statistics of the batch (Ioffe and Szegedy 2015, algorithm 1), then max(0, y) where `activated`, as one
 * differentiable operation: its derivative takes three passes over `x` where the chain of its parts takes a dozen.
 *
 * @param x [batch, height, width, channels]
 * @param scale [channels]
 * @param shift [channels]
 * @param useStatistics called with the statistics of the batch, outside of differentiation; they live until it returns
 * @returns a tensor shaped as `x`
 */
export function normaliseBatch(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  activated: boolean,
  useStatistics: (statistics: BatchStatistics) => void = () => undefined,
): tf.Tensor4D {
  const operation = tf.customGrad((...inputs) => {
    const [input, gamma, beta, save] = inputs as unknown as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    const mean = tf.mean(input, [0, 1, 2]) as tf.Tensor1D;
    const variance = tf.mean(tf.squaredDifference(input, mean), [0, 1, 2]) as tf.Tensor1D;
    useStatistics({ mean, variance });
    const normalised = tf.batchNorm(input, mean, variance, beta, gamma, NORMALISATION_EPSILON) as tf.Tensor4D;
    const value = activated ? tf.relu(normalised) : normalised;
    save(activated ? [input, gamma, mean, variance, value] : [input, gamma, mean, variance]);
    return { value, gradFunc: (dy, saved) => derivatives(dy as tf.Tensor4D, saved) };
  });
  return operation(x, scale, shift) as tf.Tensor4D;
}

/** Derivatives by input, scale and shift (Ioffe and Szegedy 2015, section 3, the six equations solved for each channel). */
function derivatives(dy: tf.Tensor4D, saved: tf.Tensor[]): tf.Tensor[] {
  const [x, scale, mean, variance, value] = saved as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor4D?];
  const count = x.size / mean.size;
  const passed = value ? tf.mul(dy, tf.step(value)) : dy;
  const inverse = tf.rsqrt(tf.add(variance, NORMALISATION_EPSILON));
  const byShift = tf.sum(passed, [0, 1, 2]) as tf.Tensor1D;
  const product = tf.sum(tf.mul(passed, x), [0, 1, 2]);
  const byScale = tf.mul(inverse, tf.sub(product, tf.mul(mean, byShift))) as tf.Tensor1D;
  const gain = tf.mul(scale, inverse);
  const slope = tf.mul(tf.mul(gain, inverse), tf.div(byScale, -count)) as tf.Tensor1D;
  const offset = tf.sub(tf.mul(gain, tf.div(byShift, -count)), tf.mul(slope, mean)) as tf.Tensor1D;
  const zero = tf.zerosLike(mean);
  const one = tf.onesLike(mean);
  // Multiplying and adding by channel is what batchNorm computes in one pass.
  const correction = tf.batchNorm(x, zero, one, offset, slope, 0);
  return [tf.add(tf.mul(passed, gain), correction), byScale, byShift];
}
