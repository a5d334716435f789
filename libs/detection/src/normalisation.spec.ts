import { startTensorEngine, tf, withoutLeak } from '@edgelore/tensor';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { NORMALISATION_EPSILON, normaliseBatch } from './normalisation.js';

beforeAll(async () => {
  await startTensorEngine({ backend: 'cpu' });
});

const inputs = () => ({
  x: tf.randomNormal([2, 3, 4, 5], 0.5, 2, 'float32', 1) as tf.Tensor4D,
  scale: tf.randomNormal([5], 1, 0.3, 'float32', 2) as tf.Tensor1D,
  shift: tf.randomNormal([5], 0, 0.3, 'float32', 3) as tf.Tensor1D,
  weight: tf.randomNormal([2, 3, 4, 5], 0, 1, 'float32', 4),
});

/** The same by TensorFlow.js's own differentiation of the parts. */
const byParts = (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, activated: boolean): tf.Tensor => {
  const mean = tf.mean(x, [0, 1, 2], true);
  const variance = tf.mean(tf.square(tf.sub(x, mean)), [0, 1, 2], true);
  const standard = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, NORMALISATION_EPSILON)));
  const y = tf.add(tf.mul(standard, scale), shift);
  return activated ? tf.relu(y) : y;
};

describe.each([true, false])('normalisation by the batch, activated: %s', (activated) => {
  it('agrees in value and derivatives with the chain of its parts', () => {
    tf.tidy(() => {
      const { x, scale, shift, weight } = inputs();
      const gradients = (operation: typeof byParts) =>
        tf.valueAndGrads((...[a, b, c]: tf.Tensor[]) =>
          tf.sum(tf.mul(operation(a as tf.Tensor, b as tf.Tensor, c as tf.Tensor, activated), weight)),
        )([x, scale, shift]);
      const whole = gradients((a, b, c) =>
        normaliseBatch(a as tf.Tensor4D, b as tf.Tensor1D, c as tf.Tensor1D, activated),
      );
      const parts = gradients(byParts);
      expect(whole.value.dataSync()[0]).toBeCloseTo(parts.value.dataSync()[0] ?? Number.NaN, 4);
      whole.grads.forEach((gradient, index) => {
        const expected = parts.grads[index] as tf.Tensor;
        expect(tf.max(tf.abs(tf.sub(gradient, expected))).dataSync()[0]).toBeLessThan(1e-4);
        expect(tf.max(tf.abs(expected)).dataSync()[0]).toBeGreaterThan(0.1);
      });
    });
  });

  it('leaves nothing behind but its result', async () => {
    const { x, scale, shift, weight } = inputs();
    await withoutLeak('forward', () => normaliseBatch(x, scale, shift, activated).dispose());
    await withoutLeak('backward', () => {
      const gradients = tf.grads((...[a, b, c]: tf.Tensor[]) =>
        normaliseBatch(a as tf.Tensor4D, b as tf.Tensor1D, c as tf.Tensor1D, activated),
      )([x, scale, shift]);
      tf.dispose(gradients);
    });
    tf.dispose([x, scale, shift, weight]);
  });
});
