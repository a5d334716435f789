import * as tf from '@tensorflow/tfjs-core';

/**
 * Spreads the taps of a convolution filter `rate` apart by inserting zeros, so that an ordinary convolution with the result equals a dilated one.
 * TensorFlow.js has no gradient for dilated convolutions; this operation has one on every backend.
 *
 * @param filter `[height, width, channels, outputs]`
 * @param rate 1 leaves the filter as it is
 * @returns `[rate * (height - 1) + 1, rate * (width - 1) + 1, channels, outputs]`
 *
 * @example
 * const wide = dilateFilter(filter, 2); // 3x3 becomes 5x5
 * const y = tf.depthwiseConv2d(x, wide, 1, 'same');
 */
export function dilateFilter(filter: tf.Tensor4D, rate: number): tf.Tensor4D {
  if (!Number.isInteger(rate) || rate < 1) throw new RangeError(`rate must be a positive integer, not ${rate}.`);
  if (rate === 1) return filter;
  const [height, width, channels, outputs] = filter.shape;
  return tf.tidy(() => {
    const gap = rate - 1;
    const tall = tf.pad(tf.reshape(filter, [height, 1, width * channels * outputs]), [
      [0, 0],
      [0, gap],
      [0, 0],
    ]);
    const wide = tf.pad(tf.reshape(tall, [height * rate, width, 1, channels * outputs]), [
      [0, 0],
      [0, 0],
      [0, gap],
      [0, 0],
    ]);
    const spread = tf.reshape<tf.Rank.R4>(wide, [height * rate, width * rate, channels, outputs]);
    return tf.slice4d(spread, [0, 0, 0, 0], [height * rate - gap, width * rate - gap, channels, outputs]);
  });
}
