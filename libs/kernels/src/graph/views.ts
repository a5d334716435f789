import type { Pointer } from '../operation.js';
import type { KernelRuntime } from '../runtime.js';

/** Arrays over a runtime's memory, made anew only where the memory has moved. */
export class Views {
  private buffer: ArrayBufferLike | undefined;
  private readonly arrays = new Map<Pointer, Float32Array>();

  constructor(private readonly runtime: KernelRuntime) {}

  floats(pointer: Pointer, count: number): Float32Array {
    if (this.buffer !== this.runtime.memory.buffer) {
      this.arrays.clear();
      this.buffer = this.runtime.memory.buffer;
    }
    const known = this.arrays.get(pointer);
    if (known?.length === count) return known;
    const array = this.runtime.floats(pointer, count);
    this.arrays.set(pointer, array);
    return array;
  }
}
