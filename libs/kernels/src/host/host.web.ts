import type { ThreadOrder } from './thread-order.js';

/** Loads one of the compiled modules beside this package's code. */
export async function loadModule(name: 'kernels.wasm' | 'kernels.single.wasm'): Promise<WebAssembly.Module> {
  return WebAssembly.compileStreaming(fetch(new URL(`../${name}`, import.meta.url)));
}

/** Starts a thread that works until the runtime stops. */
export function startThread(order: ThreadOrder): void {
  new Worker(new URL('./thread.web.js', import.meta.url), { type: 'module' }).postMessage(order);
}

export function parallelism(): number {
  return navigator.hardwareConcurrency;
}

/** Whether the calling thread may wait for another one: a page's main thread may not. */
export const mayWait = typeof window === 'undefined';
