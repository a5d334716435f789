import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { dilateFilter } from './dilate-filter.js';
import { startTensorEngine } from './engine.js';
import { distance, randomTensor } from './finite-differences.fixture.js';
import { seededRandom } from './random.js';

beforeAll(async () => {
  await startTensorEngine({ backend: 'cpu' });
});

describe('dilateFilter', () => {
  it.each([1, 2, 3])('gives the numbers of a convolution dilated by %i', (rate) => {
    tf.tidy(() => {
      const random = seededRandom(rate);
      const x = randomTensor<tf.Rank.R4>(random, [2, 9, 8, 3]);
      const filter = randomTensor<tf.Rank.R4>(random, [3, 2, 3, 4]);
      const expected = tf.conv2d(x, filter, 1, 'same', 'NHWC', rate);
      const actual = tf.conv2d(x, dilateFilter(filter, rate), 1, 'same');
      expect(actual.shape).toEqual(expected.shape);
      expect(distance(actual.dataSync(), expected.dataSync())).toBeLessThan(1e-5);
    });
  });

  it.each([0, 1.5, -1])('refuses a rate of %d', (rate) => {
    const filter = tf.zeros<tf.Rank.R4>([1, 1, 1, 1]);
    expect(() => dilateFilter(filter, rate)).toThrow(RangeError);
    filter.dispose();
  });
});
