/** What a further thread gets: the compiled kernels, the shared memory, and where its control block lies. */
export interface ThreadOrder {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: number;
}

/** Word of the control block that says that a thread has failed; see assembly/executor.ts. */
export const FAILED = 32;

/** Takes part in a runtime's programs until it stops. */
export function joinRuntime({ module, memory, control }: ThreadOrder): void {
  try {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    (exports.work as (control: number) => void)(control);
  } catch (error) {
    Atomics.store(new Int32Array(memory.buffer), (control + FAILED) / 4, 1);
    throw error;
  }
}
