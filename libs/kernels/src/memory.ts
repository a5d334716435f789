import { KernelError } from './kernel.error.js';
import type { Pointer } from './operation.js';

/** Hands out and takes back parts of a memory. */
export interface Allocator {
  /** @throws KernelError MEMORY */
  allocate(bytes: number): Pointer;
  free(pointer: Pointer): void;
}

const PAGE = 65536;
/** A cache line: threads that write to different blocks do not disturb each other. */
const ALIGNMENT = 64;

interface Block {
  readonly pointer: Pointer;
  readonly bytes: number;
}

/** First fit over a memory of its own, from `base` on; grows the memory when nothing fits. */
export class Heap implements Allocator {
  private readonly used = new Map<Pointer, number>();
  /** In the order of their addresses, never touching each other. */
  private holes: Block[];

  constructor(
    private readonly memory: WebAssembly.Memory,
    base: number,
  ) {
    const start = Math.ceil(base / ALIGNMENT) * ALIGNMENT;
    this.holes = [{ pointer: start, bytes: memory.buffer.byteLength - start }];
  }

  allocate(bytes: number): Pointer {
    const size = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    let index = this.holes.findIndex((hole) => hole.bytes >= size);
    if (index < 0) {
      this.grow(size);
      index = this.holes.length - 1;
    }
    const hole = this.holes[index] as Block;
    const rest = { pointer: hole.pointer + size, bytes: hole.bytes - size };
    this.holes.splice(index, 1, ...(rest.bytes > 0 ? [rest] : []));
    this.used.set(hole.pointer, size);
    return hole.pointer;
  }

  free(pointer: Pointer): void {
    const bytes = this.used.get(pointer);
    if (bytes === undefined) throw new KernelError('MEMORY', `nothing is allocated at ${pointer}`);
    this.used.delete(pointer);
    const after = this.holes.findIndex((hole) => hole.pointer > pointer);
    this.holes.splice(after < 0 ? this.holes.length : after, 0, { pointer, bytes });
    this.holes = this.holes.reduce<Block[]>((merged, hole) => {
      const last = merged.at(-1);
      if (last && last.pointer + last.bytes === hole.pointer) {
        merged[merged.length - 1] = { pointer: last.pointer, bytes: last.bytes + hole.bytes };
      } else merged.push(hole);
      return merged;
    }, []);
  }

  private grow(bytes: number): void {
    const end = this.memory.buffer.byteLength;
    const last = this.holes.at(-1);
    const open = last && last.pointer + last.bytes === end ? last.bytes : 0;
    const pages = Math.ceil((bytes - open) / PAGE);
    try {
      this.memory.grow(pages);
    } catch (cause) {
      throw new KernelError(
        'MEMORY',
        `${Math.ceil((end + bytes) / 2 ** 20)} MiB are more than this machine gives to WebAssembly: use a smaller batch or input`,
        { cause },
      );
    }
    if (open > 0 && last) this.holes[this.holes.length - 1] = { pointer: last.pointer, bytes: open + pages * PAGE };
    else this.holes.push({ pointer: end, bytes: pages * PAGE });
  }
}

/** Blocks that live and end together. */
export class Arena {
  private readonly blocks: Pointer[] = [];
  private held = 0;

  constructor(private readonly allocator: Allocator) {}

  /** Bytes asked for. */
  get bytes(): number {
    return this.held;
  }

  /** @throws KernelError MEMORY */
  allocate(bytes: number): Pointer {
    const pointer = this.allocator.allocate(bytes);
    this.blocks.push(pointer);
    this.held += bytes;
    return pointer;
  }

  /** Room for float32 numbers, not cleared. */
  floats(count: number): Pointer {
    return this.allocate(4 * count);
  }

  dispose(): void {
    for (const pointer of this.blocks.splice(0)) this.allocator.free(pointer);
    this.held = 0;
  }
}
