import { describe, expect, it } from '@jest/globals';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { startTensorEngine } from '../engine.js';
import { TensorMemoryError } from './heap-limit.js';

const QUARTER = 2 ** 28;

describe('the heap of the wasm backend', () => {
  it('says when it is full, and goes on working', async () => {
    await startTensorEngine({ backend: 'wasm' });
    const backend = tf.backend() as BackendWasm;
    const held: tf.TensorInfo[] = [];
    const fill = () => {
      for (let part = 0; part < 5; part++) held.push(backend.makeOutput([QUARTER], 'float32'));
    };
    expect(fill).toThrow(TensorMemoryError);
    expect(held.length).toBeGreaterThanOrEqual(2);
    // Beyond 2 GB the heap takes addresses for negative numbers.
    const high = tf.tidy(() => {
      const ones = tf.ones<tf.Rank.R2>([2 ** 20, 4]);
      expect(backend.getMemoryOffset(ones.dataId)).toBeGreaterThan(2 ** 31);
      return [tf.sum(ones, 0), tf.matMul(ones, tf.ones([2 ** 20, 2]), true)].map((each) => [...each.dataSync()]);
    });
    expect(high).toEqual([Array(4).fill(2 ** 20), Array(8).fill(2 ** 20)]);
    const tooLarge = () => tf.tidy(() => tf.matMul(tf.ones([2 ** 16, 1]), tf.ones([1, 2 ** 12])));
    expect(tooLarge).toThrow(TensorMemoryError);
    for (const { dataId } of held) backend.disposeData(dataId);
    const sum = tf.tidy(() => tf.sum(tf.ones([1000, 8])).dataSync()[0]);
    expect(sum).toBe(8000);
  });
});
