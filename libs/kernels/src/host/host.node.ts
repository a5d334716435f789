import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { ThreadOrder } from './thread-order.js';

/**
 * Loads one of the compiled modules beside this package's code; when `fused`, the one that multiplies and adds in one instruction, where the engine knows it.
 * Node 20 knows it by a flag, later ones by themselves.
 */
export async function loadModule(name: 'kernels' | 'kernels.single', fused: boolean): Promise<WebAssembly.Module> {
  const bytesOf = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url));
  const faster = bytesOf(`${name}.fused.wasm`);
  if (fused && !WebAssembly.validate(faster)) setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.compile(fused && WebAssembly.validate(faster) ? faster : bytesOf(`${name}.wasm`));
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
