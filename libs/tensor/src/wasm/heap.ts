import { KernelRuntime, type Operation, type Pointer } from '@edgelore/kernels';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type * as tf from '@tensorflow/tfjs-core';

export type Info = tf.TensorInfo;
export type Attributes = Readonly<Record<string, unknown>>;
export type Inputs = Readonly<Record<string, Info>>;

interface HeapModule {
  readonly asm: { readonly memory: KernelRuntime['memory'] };
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** The backend's heap, and our kernels at work on the tensors where they lie in it. */
export class Heap {
  private constructor(
    readonly backend: BackendWasm,
    private readonly module: HeapModule,
    private readonly runtime: KernelRuntime,
  ) {}

  static async open(backend: BackendWasm): Promise<Heap> {
    const module = backend.wasm as unknown as HeapModule;
    const runtime = await KernelRuntime.attach(module.asm.memory, {
      // The heap counts addresses from 2 GB on as negative.
      allocate: (bytes) => module._malloc(bytes) >>> 0,
      free: (pointer) => module._free(pointer),
    });
    return new Heap(backend, module, runtime);
  }

  address(tensor: Info): Pointer {
    return this.backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /** The numbers of a tensor, until anything else is allocated. */
  floats(tensor: Info): Float32Array {
    return this.backend.typedArrayFromHeap(tensor) as Float32Array;
  }

  /** A tensor of numbers yet to be written. */
  make(shape: number[]): Info {
    return this.backend.makeOutput(shape, 'float32');
  }

  perform(operations: readonly Operation[]): void {
    this.runtime.perform(operations);
  }

  /** Lends so many bytes while `work` runs. */
  withScratch<T>(bytes: number, work: (scratch: Pointer) => T): T {
    const scratch = this.module._malloc(bytes) >>> 0;
    try {
      return work(scratch);
    } finally {
      this.module._free(scratch);
    }
  }

  /** The numbers at an address, until anything else is allocated. */
  floatsAt(pointer: Pointer, count: number): Float32Array {
    return this.runtime.floats(pointer, count);
  }

  /** A tensor that operations fill, given its address and that of `bytes` to work in. */
  compute(shape: number[], bytes: number, operations: (output: Pointer, scratch: Pointer) => Operation[]): Info {
    return this.withScratch(bytes, (scratch) => {
      const output = this.make(shape);
      this.perform(operations(this.address(output), scratch));
      return output;
    });
  }
}
