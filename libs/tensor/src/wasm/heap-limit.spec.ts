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
    for (const { dataId } of held) backend.disposeData(dataId);
    const sum = tf.tidy(() => tf.sum(tf.ones([1000, 8])).dataSync()[0]);
    expect(sum).toBe(8000);
  });
});
