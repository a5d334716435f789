import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { ThreadOrder } from './thread-order.js';

/**
 * Loads one of the compiled modules beside this package's code: the one that multiplies and adds in one instruction, where the engine knows it. Node 20 knows
 * it by a flag, later ones by themselves.
 */
export async function loadModule(name: 'kernels.wasm' | 'kernels.single.wasm'): Promise<WebAssembly.Module> {
  const fused = bytesOf(name.replace('.wasm', '.fused.wasm'));
  if (!WebAssembly.validate(fused)) setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.compile(WebAssembly.validate(fused) ? fused : bytesOf(name));
}

function bytesOf(name: string): Buffer<ArrayBuffer> {
  return readFileSync(new URL(`../${name}`, import.meta.url));
}

/** Starts a thread that works until the runtime stops; it does not keep the process alive. */
export function startThread(order: ThreadOrder): void {
  new Worker(new URL('thread.node.js', import.meta.url), { workerData: order }).unref();
}

export function parallelism(): number {
  return availableParallelism();
}

/** Whether the calling thread may wait for another one. */
export const mayWait = true;
