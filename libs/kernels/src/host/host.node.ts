import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ThreadOrder } from './thread-order.js';

/** Loads one of the compiled modules beside this package's code. */
export async function loadModule(name: 'kernels.wasm' | 'kernels.single.wasm'): Promise<WebAssembly.Module> {
  return WebAssembly.compile(readFileSync(new URL(`../${name}`, import.meta.url)));
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
