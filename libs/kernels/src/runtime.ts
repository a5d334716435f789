import { loadModule, mayWait, parallelism, startThread } from '#host';
import { KernelError } from './kernel.error.js';
import { type Allocator, Arena, Heap } from './memory.js';
import type { Operation, Pointer } from './operation.js';
import { WORKSPACE } from './workspace.js';

export interface RuntimeOptions {
  /** Threads at work, the calling one among them; as many as the machine has cores when left out, one where memory cannot be shared. */
  readonly threads?: number;
  /**
   * Whether products may be added in one instruction, rounded once, where the engine knows it: so it is when left out, and a third faster. `false` gives the
   * same bytes on every machine.
   */
  readonly fused?: boolean;
}

/** Operations written into a runtime's memory, ready to run any number of times. */
export interface Program {
  readonly pointer: Pointer;
  readonly count: number;
}

interface Exports {
  readonly workspace: WebAssembly.Global;
  execute(control: Pointer, program: Pointer, count: number, sleeps: boolean): number;
  executeAlone(program: Pointer, count: number): void;
}

/** Bytes of the words that the threads share; see assembly/executor.ts. */
const CONTROL = 64;
const STOP = 4;
const GENERATION = 0;
const WORD = 4;
const OPERATION_WORDS = 4;
const PAGE = 65536;
/** The kernels leave the first bytes of a memory of their own alone, so that no pointer is 0. */
const FIRST = 64;
/** Bytes of operations that are performed at a time; the longest single one takes under 200. */
const SCRATCH = 16 * 1024;

/**
 * Memory, compiled kernels and threads. One thread calls; while a program runs the others take part in it. The result of a program does not depend on the
 * number of threads.
 */
export class KernelRuntime {
  private stopped = false;

  private constructor(
    readonly memory: WebAssembly.Memory,
    readonly threads: number,
    private readonly allocator: Allocator,
    private readonly exports: Exports,
    private readonly codes: ReadonlyMap<string, number>,
    private readonly control: Pointer | undefined,
    /** Room for the operations that are performed now; held from the start, so that performing never moves memory. */
    private readonly scratch: Pointer,
  ) {}

  /**
   * A runtime with a memory of its own.
   *
   * @throws KernelError THREAD when the number of threads is not a positive integer
   */
  static async start(options: RuntimeOptions = {}): Promise<KernelRuntime> {
    const wanted = options.threads ?? parallelism();
    if (!Number.isInteger(wanted) || wanted < 1) {
      throw new KernelError('THREAD', `threads is ${wanted}: use a whole number from 1 on`);
    }
    const threads = typeof SharedArrayBuffer === 'undefined' ? 1 : wanted;
    const shared = threads > 1;
    const module = await loadModule(shared ? 'kernels' : 'kernels.single', options.fused ?? true);
    const memory = shared ? sharedMemory() : new WebAssembly.Memory({ initial: 16 });
    const heap = new Heap(memory, FIRST);
    const control = shared ? heap.allocate(CONTROL) : undefined;
    const runtime = KernelRuntime.over(module, memory, heap, threads, control);
    if (control !== undefined) {
      for (let thread = 1; thread < threads; thread++) {
        startThread({ module, memory, control, workspace: heap.allocate(WORKSPACE) });
      }
    }
    return runtime;
  }

  /** The kernels on another module's memory, on one thread; `allocator` is that module's. */
  static async attach(memory: WebAssembly.Memory, allocator: Allocator): Promise<KernelRuntime> {
    return KernelRuntime.over(await loadModule('kernels.single', true), memory, allocator, 1, undefined);
  }

  private static over(
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    allocator: Allocator,
    threads: number,
    control: Pointer | undefined,
  ): KernelRuntime {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const codes = new Map<string, number>();
    for (const [name, value] of Object.entries(exports)) {
      if (value instanceof WebAssembly.Global) codes.set(name.replace('Kernel.', ''), value.value);
    }
    const kernels = exports as unknown as Exports;
    kernels.workspace.value = allocator.allocate(WORKSPACE);
    return new KernelRuntime(memory, threads, allocator, kernels, codes, control, allocator.allocate(SCRATCH));
  }

  /** Memory for buffers that end together. */
  openArena(): Arena {
    return new Arena(this.allocator);
  }

  /** The float32 numbers at an address, until memory is next allocated. */
  floats(pointer: Pointer, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, pointer, count);
  }

  /** The int32 numbers at an address, until memory is next allocated. */
  integers(pointer: Pointer, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, pointer, count);
  }

  /** The bytes at an address, until memory is next allocated. */
  bytes(pointer: Pointer, count: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, pointer, count);
  }

  /** Writes operations into an arena, to be run in this order. */
  program(operations: readonly Operation[], arena: Arena): Program {
    return this.write(operations, arena.allocate(this.wordsOf(operations) * WORD));
  }

  /** Runs a program and returns when it is done. @throws KernelError THREAD when another thread has failed, DISPOSED */
  run({ pointer, count }: Program): void {
    if (this.stopped) throw new KernelError('DISPOSED', 'the runtime has been disposed of');
    if (this.control === undefined) this.exports.executeAlone(pointer, count);
    else if (count > 0 && !this.exports.execute(this.control, pointer, count, mayWait)) {
      throw new KernelError('THREAD', 'a kernel thread has failed: start the runtime anew');
    }
  }

  /** Runs operations once, in this order, without keeping them. Allocates nothing. */
  perform(operations: readonly Operation[]): void {
    let first = 0;
    let words = 0;
    operations.forEach(({ args }, index) => {
      const more = OPERATION_WORDS + args.length;
      if ((words + more) * WORD > SCRATCH) {
        this.run(this.write(operations.slice(first, index), this.scratch));
        first = index;
        words = 0;
      }
      words += more;
    });
    this.run(this.write(operations.slice(first), this.scratch));
  }

  /** Stops the threads and gives back what the runtime holds for itself. Memory and views stay readable. */
  dispose(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.allocator.free(this.scratch);
    this.allocator.free(this.exports.workspace.value);
    if (this.control === undefined) return;
    const words = new Int32Array(this.memory.buffer);
    Atomics.store(words, (this.control + STOP) / WORD, 1);
    Atomics.add(words, (this.control + GENERATION) / WORD, 1);
    Atomics.notify(words, (this.control + GENERATION) / WORD);
  }

  private wordsOf(operations: readonly Operation[]): number {
    return operations.reduce((sum, { args }) => sum + OPERATION_WORDS + args.length, 0);
  }

  private write(operations: readonly Operation[], pointer: Pointer): Program {
    const words = new Int32Array(this.memory.buffer, pointer, this.wordsOf(operations));
    const busy = operations.filter(({ tiles }) => tiles > 0);
    let free = busy.length * OPERATION_WORDS;
    busy.forEach(({ kernel, args, tiles }, index) => {
      const code = this.codes.get(kernel);
      if (code === undefined) throw new Error(`there is no kernel ${kernel}`);
      words.set([code, pointer + free * WORD, tiles], index * OPERATION_WORDS);
      words.set(args, free);
      free += args.length;
    });
    return { pointer, count: busy.length };
  }
}

/** Room is only reserved; where less may be reserved, less is. */
function sharedMemory(): WebAssembly.Memory {
  for (let maximum = 65536; maximum >= 4096; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial: 16, maximum, shared: true });
    } catch {}
  }
  throw new KernelError('MEMORY', `this machine does not reserve ${(4096 * PAGE) / 2 ** 20} MiB for WebAssembly`);
}
