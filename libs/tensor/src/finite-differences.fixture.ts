import * as tf from '@tensorflow/tfjs-core';
import type { Random } from './random.js';

/** A tensor of normal numbers, kept at least `gap` away from zero where kinks are. */
export function randomTensor<R extends tf.Rank>(random: Random, shape: tf.ShapeMap[R], gap = 0): tf.Tensor<R> {
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => {
    const value = random.normal();
    return value + Math.sign(value) * gap;
  });
  return tf.tensor(values, shape);
}

type Outputs = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Weighted sum of the outputs in double precision, so that differences of it are not lost in rounding. */
function weighted(operation: Outputs, inputs: tf.Tensor[], weights: Float32Array): number {
  const values = tf.tidy(() => operation(...inputs).dataSync<'float32'>());
  return values.reduce((sum, value, index) => sum + value * weights[index]!, 0);
}

export interface Slopes {
  /** By the rules under test. */
  readonly analytic: Float32Array[];
  /** By central differences. */
  readonly numeric: Float32Array[];
}

/** Derivatives of a random weighted sum of an operation's outputs by every number of every input, both ways. */
export function slopesOf(operation: Outputs, inputs: tf.Tensor[], random: Random, step = 2e-2): Slopes {
  const size = tf.tidy(() => operation(...inputs).size);
  const weights = Float32Array.from({ length: size }, () => random.normal());
  const analytic = tf.tidy(() => {
    const loss = (...given: tf.Tensor[]): tf.Scalar => {
      const outputs = operation(...given);
      return tf.sum(tf.mul(tf.reshape(outputs, [size]), tf.tensor1d(weights))) as tf.Scalar;
    };
    return tf
      .grads(loss)(inputs)
      .map((slope) => Float32Array.from(slope.dataSync()));
  });
  const numeric = inputs.map((input, position) => {
    const values = Float32Array.from(input.dataSync());
    const at = (index: number, shift: number): number => {
      const moved = values.slice();
      moved[index] = values[index]! + shift;
      const replaced = tf.tensor(moved, input.shape);
      const result = weighted(operation, inputs.with(position, replaced), weights);
      replaced.dispose();
      return result;
    };
    return values.map((_, index) => (at(index, step) - at(index, -step)) / (2 * step));
  });
  return { analytic, numeric };
}

/** Largest difference, relative to the largest number on either side (at least 1). */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let scale = 1;
  let largest = 0;
  for (let index = 0; index < a.length; index++) {
    const [first, second] = [a[index]!, b[index]!];
    if (Number.isNaN(first) || Number.isNaN(second)) return Number.POSITIVE_INFINITY;
    scale = Math.max(scale, Math.abs(first), Math.abs(second));
    largest = Math.max(largest, Math.abs(first - second));
  }
  return largest / scale;
}
