/** What a further thread gets: the compiled kernels, the shared memory, where its control block lies, and room of its own. */
export interface ThreadOrder {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: number;
  readonly workspace: number;
}

/** Word of the control block that says that a thread has failed; see assembly/executor.ts. */
export const FAILED = 32;

/** Takes part in a runtime's programs until it stops. */
export function joinRuntime({ module, memory, control, workspace }: ThreadOrder): void {
  try {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    (exports.workspace as WebAssembly.Global).value = workspace;
    (exports.work as (control: number) => void)(control);
  } catch (error) {
    Atomics.store(new Int32Array(memory.buffer), (control + FAILED) / 4, 1);
    throw error;
  }
}
