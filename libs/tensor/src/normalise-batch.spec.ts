import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { isNativeInstalled, startTensorEngine, type TensorBackend } from './engine.js';
import { distance, randomTensor } from './finite-differences.fixture.js';
import { normaliseBatch } from './normalise-batch.js';
import { seededRandom } from './random.js';
import { withoutLeak } from './without-leak.js';

const BACKENDS: TensorBackend[] = ['cpu', 'wasm'];
if (isNativeInstalled()) BACKENDS.push('tensorflow');
else console.info('normaliseBatch: tfjs-node is not installed (npm run setup:native), so it is passed over');

const EPSILON = 1e-2;

/** The formula, number by number in double precision. */
function expected(x: Float32Array, scale: Float32Array, shift: Float32Array, rectified: boolean) {
  const channels = scale.length;
  const count = x.length / channels;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  for (const [index, value] of x.entries()) mean[index % channels]! += value / count;
  for (const [index, value] of x.entries())
    variance[index % channels]! += (value - mean[index % channels]!) ** 2 / count;
  const values = Float64Array.from(x, (value, index) => {
    const channel = index % channels;
    const normal = (value - mean[channel]!) / Math.sqrt(variance[channel]! + EPSILON);
    const y = scale[channel]! * normal + shift[channel]!;
    return rectified ? Math.max(0, y) : y;
  });
  return { values, mean, variance };
}

describe.each(BACKENDS)('normaliseBatch on %s', (backend) => {
  beforeAll(async () => {
    await startTensorEngine({ backend });
  });

  it.each([
    [1, false, 0],
    [3, true, 0],
    [4, false, 100],
    [16, true, 0],
    [20, true, 0],
    [21, false, -30],
  ])('normalises %i channels, rectified: %s, around %d', async (channels, rectified, centre) => {
    await withoutLeak('normaliseBatch', () => {
      tf.tidy(() => {
        const random = seededRandom(channels);
        const x = tf.add(randomTensor<tf.Rank.R4>(random, [2, 13, 17, channels]), centre) as tf.Tensor4D;
        const scale = randomTensor<tf.Rank.R1>(random, [channels]);
        const shift = randomTensor<tf.Rank.R1>(random, [channels]);
        const actual = normaliseBatch(x, scale, shift, { epsilon: EPSILON, rectified });
        const wanted = expected(
          x.dataSync<'float32'>(),
          scale.dataSync<'float32'>(),
          shift.dataSync<'float32'>(),
          rectified,
        );
        expect(actual.value.shape).toEqual(x.shape);
        expect(distance(actual.value.dataSync(), wanted.values)).toBeLessThan(1e-4);
        expect(distance(actual.mean.dataSync(), wanted.mean)).toBeLessThan(1e-5);
        expect(distance(actual.variance.dataSync(), wanted.variance)).toBeLessThan(1e-4);
      });
    });
  });
});
