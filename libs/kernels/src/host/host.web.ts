import type { ThreadOrder } from './thread-order.js';

/** Loads one of the compiled modules beside this package's code; when `fused`, the one that multiplies and adds in one instruction, where the engine knows it. */
export async function loadModule(name: 'kernels' | 'kernels.single', fused: boolean): Promise<WebAssembly.Module> {
  const compile = (file: string) => WebAssembly.compileStreaming(fetch(new URL(`../${file}`, import.meta.url)));
  const plain = `${name}.wasm`;
  return fused ? compile(`${name}.fused.wasm`).catch(() => compile(plain)) : compile(plain);
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
