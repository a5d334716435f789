import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { isNativeInstalled, kernelRuntime, startTensorEngine, TensorBackendError } from './engine.js';

const VARIABLES = ['EDGELORE_BACKEND', 'EDGELORE_THREADS'];
const before = VARIABLES.map((name) => process.env[name]);

function restoreEnvironment(): void {
  for (const [index, name] of VARIABLES.entries()) {
    const value = before[index];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

describe('startTensorEngine', () => {
  beforeEach(() => {
    for (const name of VARIABLES) delete process.env[name];
  });
  afterEach(restoreEnvironment);

  it('takes the backend that the environment names, and keeps it', async () => {
    process.env.EDGELORE_BACKEND = 'wasm';
    expect(await startTensorEngine()).toBe('wasm');
    expect(tf.getBackend()).toBe('wasm');
    delete process.env.EDGELORE_BACKEND;
    expect(await startTensorEngine()).toBe('wasm');
  });

  it('starts once for many callers', async () => {
    const backends = await Promise.all(Array.from({ length: 4 }, () => startTensorEngine({ backend: 'wasm' })));
    expect(backends).toEqual(['wasm', 'wasm', 'wasm', 'wasm']);
  });

  it('switches when another backend is asked for, and tensors made before still work', async () => {
    await startTensorEngine({ backend: 'wasm' });
    const made = tf.tensor1d([1, 2, 3]);
    expect(await startTensorEngine({ backend: 'cpu' })).toBe('cpu');
    const doubled = tf.mul(made, 2);
    expect([...doubled.dataSync()]).toEqual([2, 4, 6]);
    tf.dispose([made, doubled]);
  });

  it('has threads for our kernels while it runs on wasm', async () => {
    await startTensorEngine({ backend: 'wasm' });
    const runtime = kernelRuntime();
    expect(runtime?.threads).toBeGreaterThanOrEqual(1);
    await startTensorEngine({ backend: 'cpu' });
    expect(kernelRuntime()).toBeUndefined();
    await startTensorEngine({ backend: 'wasm' });
    expect(kernelRuntime()).toBe(runtime);
  });

  it('names an unknown backend and the known ones', async () => {
    process.env.EDGELORE_BACKEND = 'cuda';
    await expect(startTensorEngine()).rejects.toThrow(/'cuda'.*tensorflow, wasm or cpu/);
    await expect(startTensorEngine()).rejects.toBeInstanceOf(TensorBackendError);
  });

  it.each(['0', '-2', 'two', '1.5'])('refuses %s threads', async (threads) => {
    process.env.EDGELORE_THREADS = threads;
    await expect(startTensorEngine({ backend: 'wasm' })).rejects.toThrow(/EDGELORE_THREADS/);
  });

  it('runs on tfjs-node where it is installed, and says how to get it where it is not', async () => {
    if (!isNativeInstalled()) {
      console.info('engine: tfjs-node is not installed (npm run setup:native), so only its absence is tested');
      await expect(startTensorEngine({ backend: 'tensorflow' })).rejects.toThrow(/npm run setup:native/);
      return;
    }
    expect(await startTensorEngine({ backend: 'tensorflow' })).toBe('tensorflow');
    expect(tf.getBackend()).toBe('tensorflow');
    const product = tf.matMul(tf.ones([2, 3]), tf.ones([3, 2]));
    expect([...product.dataSync()]).toEqual([3, 3, 3, 3]);
    product.dispose();
  });
});
