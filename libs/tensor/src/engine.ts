import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { KernelRuntime } from '@edgelore/kernels';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from './gradients.js';
import { registerNativeKernels } from './native-kernels.js';
import { registerNormaliseBatch } from './normalise-batch.js';
import { Heap } from './wasm/heap.js';
import { limitHeap } from './wasm/heap-limit.js';
import { registerWasmKernels } from './wasm/kernels.js';

/** `tensorflow`: the native library through tfjs-node; `wasm`: WebAssembly with SIMD; `cpu`: plain JavaScript, slow, for checks. */
export type TensorBackend = 'tensorflow' | 'wasm' | 'cpu';

/**
 * How to start. `threads` counts for `tensorflow` and for the kernels that go with `wasm`, only the first time that these are loaded: as many as there are cores
 * when left out. TensorFlow.js itself uses one on `wasm` and `cpu`.
 */
export interface TensorEngineOptions {
  readonly backend?: TensorBackend | 'auto';
  readonly threads?: number;
}

/** The wanted backend cannot run here. */
export class TensorBackendError extends Error {
  readonly code = 'TENSOR_BACKEND';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TensorBackendError';
  }
}

const BACKENDS: readonly string[] = ['tensorflow', 'wasm', 'cpu'] satisfies TensorBackend[];
const NATIVE: string = '@tensorflow/tfjs-node';
const require = createRequire(import.meta.url);

function isBackend(name: string): name is TensorBackend {
  return BACKENDS.includes(name);
}

function wanted(option: TensorBackend | 'auto'): TensorBackend | 'auto' {
  if (option !== 'auto') return option;
  const name = process.env.EDGELORE_BACKEND || 'auto';
  if (name === 'auto' || isBackend(name)) return name;
  throw new TensorBackendError(`EDGELORE_BACKEND is '${name}': set it to tensorflow, wasm or cpu, or leave it unset.`);
}

function wantedThreads(option: number | undefined): number | undefined {
  const text = process.env.EDGELORE_THREADS;
  const threads = text ? Number(text) : option;
  if (threads === undefined || (Number.isInteger(threads) && threads > 0)) return threads;
  throw new TensorBackendError(
    `The number of threads is '${text || option}': set EDGELORE_THREADS to a positive integer.`,
  );
}

function resolves(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Whether `@tensorflow/tfjs-node` is installed; whether its native part loads shows only on starting it. */
export function isNativeInstalled(): boolean {
  return resolves(NATIVE);
}

async function loadNative(threads: number | undefined): Promise<void> {
  // TensorFlow reads these when its library is loaded. Its own log lines are noise for a user of ours.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  if (threads !== undefined) process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  await import(NATIVE);
  registerGradients();
  registerNativeKernels();
}

const loaders: Record<TensorBackend, (threads: number | undefined) => Promise<void>> = {
  tensorflow: loadNative,
  wasm: async (threads) => {
    runtime = await KernelRuntime.start(threads === undefined ? {} : { threads });
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
    await tf.setBackend('wasm');
    const backend = tf.backend() as BackendWasm;
    limitHeap(backend);
    registerWasmKernels(await Heap.open(backend));
  },
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
  },
};

let current: TensorBackend | undefined;
let runtime: KernelRuntime | undefined;
let queue: Promise<unknown> = Promise.resolve();
const loading = new Map<TensorBackend, Promise<void>>();

async function switchTo(backend: TensorBackend, threads: number | undefined): Promise<TensorBackend> {
  let loaded = loading.get(backend);
  if (!loaded) {
    loaded = loaders[backend](threads);
    loading.set(backend, loaded);
  }
  await loaded;
  if (!(await tf.setBackend(backend)))
    throw new TensorBackendError(`TensorFlow.js could not start its ${backend} backend.`);
  return backend;
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

async function start(options: TensorEngineOptions): Promise<TensorBackend> {
  const backend = wanted(options.backend ?? 'auto');
  const threads = wantedThreads(options.threads);
  tf.enableProdMode();
  if (current === undefined) {
    registerGradients();
    registerNormaliseBatch();
  }
  if (backend === 'auto') {
    if (current !== undefined) return switchTo(current, threads);
    if (!isNativeInstalled()) return switchTo('wasm', threads);
    try {
      return await switchTo('tensorflow', threads);
    } catch (error) {
      console.warn(`tfjs-node does not load (${reason(error)}); using wasm. Run "npm run setup:native" to repair it.`);
      return switchTo('wasm', threads);
    }
  }
  if (backend === 'tensorflow' && !isNativeInstalled()) {
    throw new TensorBackendError('The tensorflow backend is not installed: run "npm run setup:native".');
  }
  try {
    return await switchTo(backend, threads);
  } catch (error) {
    const remedy = backend === 'tensorflow' ? 'run "npm run setup:native" to repair it' : 'run "npm ci" to repair it';
    throw new TensorBackendError(`The ${backend} backend does not start (${reason(error)}): ${remedy}.`, {
      cause: error,
    });
  }
}

/**
 * Starts TensorFlow.js, or switches it to another backend, and returns the backend in use. Call it once before the first tensor; calling it again costs nothing.
 *
 * `auto` (the default) keeps the backend in use; the first time it takes what the environment variable EDGELORE_BACKEND names, else tfjs-node where it
 * is installed and loads, else WebAssembly. EDGELORE_THREADS overrides `threads`.
 *
 * @throws TensorBackendError when the backend asked for is unknown, not installed or does not load
 */
export function startTensorEngine(options: TensorEngineOptions = {}): Promise<TensorBackend> {
  const started = queue.then(async () => {
    current = await start(options);
    return current;
  });
  queue = started.catch(() => undefined);
  return started;
}

/**
 * The threads that run this project's own kernels, started together with the `wasm` backend; undefined while another backend is in use, which then does all the
 * work.
 */
export function kernelRuntime(): KernelRuntime | undefined {
  return current === 'wasm' ? runtime : undefined;
}
