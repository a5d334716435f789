import type { Pointer } from '../operation.js';

/** A cache line: see memory.ts. */
const ALIGNMENT = 64;

/**
 * Lays out buffers that are not all alive at once within one block that is yet to be allocated: best fit among what is free at that point of a plan.
 */
export class Space {
  private readonly used = new Map<Pointer, number>();
  private readonly holes = new Map<Pointer, number>();
  private end: Pointer;

  constructor(private readonly base: Pointer) {
    this.end = base;
  }

  /** Size of the block, in bytes. */
  get bytes(): number {
    return this.end - this.base;
  }

  allocate(bytes: number): Pointer {
    const size = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    let best: Pointer | undefined;
    for (const [pointer, room] of this.holes) {
      if (room >= size && (best === undefined || room < (this.holes.get(best) as number))) best = pointer;
    }
    if (best === undefined) {
      // Whatever is free at the end grows; nothing else can.
      const last = [...this.holes].find(([pointer, room]) => pointer + room === this.end);
      best = last ? last[0] : this.end;
      this.holes.delete(best);
      this.end = best + size;
    } else {
      const rest = (this.holes.get(best) as number) - size;
      this.holes.delete(best);
      if (rest > 0) this.holes.set(best + size, rest);
    }
    this.used.set(best, size);
    return best;
  }

  /** A buffer for good: where nothing was before and nothing will be. */
  reserve(bytes: number): Pointer {
    const pointer = this.end;
    this.end += Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    return pointer;
  }

  free(pointer: Pointer): void {
    const bytes = this.used.get(pointer);
    if (bytes === undefined) throw new RangeError(`nothing is planned at ${pointer}`);
    this.used.delete(pointer);
    let [start, end] = [pointer, pointer + bytes];
    for (const [hole, room] of this.holes) {
      if (hole + room !== start && hole !== end) continue;
      this.holes.delete(hole);
      start = Math.min(start, hole);
      end = Math.max(end, hole + room);
    }
    this.holes.set(start, end - start);
  }
}
