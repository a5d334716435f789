import { afterEach, describe, expect, it } from '@jest/globals';
import { fill } from './elementwise.js';
import type { Allocator } from './memory.js';
import type { Operation } from './operation.js';
import { KernelRuntime } from './runtime.js';

describe.each([1, 2, 3])('a runtime of %i thread(s)', (threads) => {
  let runtime: KernelRuntime | undefined;
  afterEach(() => runtime?.dispose());

  it('runs operations one after another, each over all of its tiles', async () => {
    runtime = await KernelRuntime.start({ threads });
    const arena = runtime.openArena();
    const count = 1_000_003;
    const y = arena.floats(count);
    const operations: Operation[] = [];
    for (let value = 1; value <= 50; value++)
      operations.push(fill(y, count, value), fill(y, value, -value), fill(y, 0, 7));
    const program = runtime.program(operations, arena);
    for (let repetition = 0; repetition < 40; repetition++) {
      runtime.floats(y, count).fill(0);
      runtime.run(program);
      const values = runtime.floats(y, count);
      expect(values.subarray(0, 50).every((value) => value === -50)).toBe(true);
      expect(values.subarray(50).every((value) => value === 50)).toBe(true);
    }
    arena.dispose();
  });

  it('does not grow over ten thousand small calls', async () => {
    runtime = await KernelRuntime.start({ threads });
    const arena = runtime.openArena();
    const y = arena.floats(100);
    runtime.perform([fill(y, 100, 1)]);
    const before = runtime.memory.buffer.byteLength;
    for (let call = 0; call < 10_000; call++) {
      const inner = runtime.openArena();
      runtime.perform([fill(inner.floats(5000), 5000, call), fill(y, 100, call)]);
      inner.dispose();
    }
    expect(runtime.memory.buffer.byteLength).toBe(before);
    expect(runtime.floats(y, 100)[99]).toBe(9999);
  });

  it('exchanges programs of different lengths without a thread that is late taking part in the wrong one', async () => {
    runtime = await KernelRuntime.start({ threads });
    const arena = runtime.openArena();
    const rooms = Array.from({ length: 8 }, () => arena.floats(40_000));
    const lengths = [1, 8, 2, 8, 1, 5];
    const programs = lengths.map((length, at) => {
      const operations = rooms.slice(0, length).map((room, index) => fill(room, index % 3 === 0 ? 40_000 : 64, at));
      return runtime!.program(operations, arena);
    });
    for (let run = 0; run < 60_000; run++) {
      const at = run % programs.length;
      runtime.run(programs[at]!);
      const last = rooms[lengths[at]! - 1]!;
      if (runtime.floats(last, 1)[0] !== at) throw new Error(`run ${run} left something undone`);
    }
    arena.dispose();
  }, 60_000);

  it('performs in order, however many, without moving memory', async () => {
    runtime = await KernelRuntime.start({ threads });
    const arena = runtime.openArena();
    const y = arena.floats(3000);
    const size = runtime.memory.buffer.byteLength;
    // The first block of a page that memory grew by, then the rest of it: nothing is free any more.
    while (runtime.memory.buffer.byteLength === size) arena.allocate(64);
    arena.allocate(65536 - 64);
    const { buffer } = runtime.memory;
    const values = runtime.floats(y, 3000).fill(0);
    runtime.perform(Array.from({ length: 3000 }, (_, value) => fill(y, 3000 - value, value)));
    expect(runtime.memory.buffer).toBe(buffer);
    expect([...values]).toEqual(Array.from({ length: 3000 }, (_, at) => 2999 - at));
  });
});

describe('a runtime', () => {
  it.each([0, -1, 1.5, Number.NaN])('refuses %p threads', async (threads) => {
    await expect(KernelRuntime.start({ threads })).rejects.toMatchObject({ code: 'THREAD' });
  });

  it('attached to a foreign memory takes from its allocator and gives all of it back', async () => {
    const memory = new WebAssembly.Memory({ initial: 32 });
    const held = new Set<number>();
    let next = 64;
    let full = false;
    const allocator: Allocator = {
      allocate(bytes) {
        if (full) throw new Error('full');
        const pointer = next;
        next += Math.ceil(bytes / 64) * 64;
        held.add(pointer);
        return pointer;
      },
      free(pointer) {
        if (!held.delete(pointer)) throw new Error(`${pointer} is not held`);
      },
    };
    const runtime = await KernelRuntime.attach(memory, allocator);
    const y = allocator.allocate(400);
    runtime.perform([fill(y, 100, 3)]);
    expect(runtime.floats(y, 100).every((value) => value === 3)).toBe(true);
    full = true;
    const many = Array.from({ length: 2000 }, () => fill(y, 100, 4));
    runtime.perform(many);
    expect(runtime.floats(y, 100)[99]).toBe(4);
    runtime.dispose();
    expect([...held]).toEqual([y]);
  });

  it('refuses to run once disposed of', async () => {
    const runtime = await KernelRuntime.start({ threads: 2 });
    runtime.dispose();
    runtime.dispose();
    expect(() => runtime.perform([])).toThrow('disposed');
  });
});
