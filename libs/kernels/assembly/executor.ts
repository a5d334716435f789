// A program is a list of operations in memory; the threads of a runtime walk through it together. An operation is a kernel, its arguments and a number of
// tiles, pieces of work that do not depend on each other. Who takes which tile changes no bit of the result: every number is written by one tile only.

import { runTile } from './kernels';

/** An operation in a program: four 32-bit words. */
const OPERATION: usize = 16;

// Words of the control block.
const GENERATION: usize = 0;
const STOP: usize = 4;
/** generation (16 bits) | operation (20) | next tile (28), in one word, so that a thread that wakes late can claim nothing of another run. */
const CURSOR: usize = 8;
const DONE: usize = 16;
const PROGRAM: usize = 20;
const COUNT: usize = 24;
const PROGRESS: usize = 28;
const FAILED: usize = 32;

const TILE_BITS: i64 = 28;
const OPERATION_BITS: i64 = 20;
const TILE_MASK: i64 = (1 << TILE_BITS) - 1;
const OPERATION_MASK: i64 = (1 << OPERATION_BITS) - 1;

/** In place of an operation while a program is being exchanged: no program is as long. */
const CLOSED: i32 = <i32>OPERATION_MASK;

/** Looks at a word this often before sleeping: some ten microseconds. */
const SPINS = 2000;
/** So often a sleeper looks whether another thread has failed, in nanoseconds. */
const PATIENCE: i64 = 50_000_000;

@inline
function cursorOf(generation: i32, operation: i32): i64 {
  return ((<i64>(generation & 0xffff)) << (TILE_BITS + OPERATION_BITS)) | ((<i64>operation) << TILE_BITS);
}

/** Runs a program with whoever else is at work; returns when all of it is done, false when a thread has failed. `sleeps` is false where a thread must not. */
export function execute(control: usize, program: usize, count: i32, sleeps: bool): bool {
  const generation = atomic.load<i32>(control, GENERATION) + 1;
  // A thread that is still on its way out of the last run must not find the next program behind its cursor, and claim of it.
  atomic.store<i64>(control, cursorOf(generation, CLOSED), CURSOR);
  atomic.store<usize>(control, program, PROGRAM);
  atomic.store<i32>(control, count, COUNT);
  atomic.store<i32>(control, 0, DONE);
  atomic.store<i64>(control, cursorOf(generation, 0), CURSOR);
  atomic.store<i32>(control, generation, GENERATION);
  atomic.notify(control + GENERATION, -1);
  return participate(control, generation, sleeps);
}

/** The life of a further thread: waits for programs and takes part in them until it is stopped. */
export function work(control: usize): void {
  let seen = 0;
  let spins = 0;
  while (!atomic.load<i32>(control, STOP)) {
    const generation = atomic.load<i32>(control, GENERATION);
    if (generation != seen) {
      seen = generation;
      spins = 0;
      participate(control, generation, true);
    } else if (++spins > SPINS) {
      spins = 0;
      atomic.wait<i32>(control + GENERATION, generation, -1);
    }
  }
}

function participate(control: usize, generation: i32, sleeps: bool): bool {
  let spins = 0;
  while (true) {
    const progress = atomic.load<i32>(control, PROGRESS);
    const cursor = atomic.load<i64>(control, CURSOR);
    if (<i32>(cursor >> (TILE_BITS + OPERATION_BITS)) << 16 != generation << 16) return true;
    const index = <i32>((cursor >> TILE_BITS) & OPERATION_MASK);
    if (index >= atomic.load<i32>(control, COUNT)) return true;
    const operation = atomic.load<usize>(control, PROGRAM) + <usize>index * OPERATION;
    const tile = <i32>(cursor & TILE_MASK);
    const tiles = load<i32>(operation, 8);
    if (tile < tiles) {
      if (atomic.cmpxchg<i64>(control, cursor, cursor + 1, CURSOR) == cursor) {
        runTile(load<i32>(operation), load<usize>(operation, 4), tile);
        if (atomic.add<i32>(control, 1, DONE) + 1 == tiles) advance(control, generation, index + 1);
        spins = 0;
      }
    } else if (++spins > SPINS) {
      if (atomic.load<i32>(control, FAILED)) return false;
      if (sleeps) atomic.wait<i32>(control + PROGRESS, progress, PATIENCE);
      spins = 0;
    }
  }
}

function advance(control: usize, generation: i32, index: i32): void {
  atomic.store<i32>(control, 0, DONE);
  atomic.store<i64>(control, cursorOf(generation, index), CURSOR);
  atomic.add<i32>(control, 1, PROGRESS);
  atomic.notify(control + PROGRESS, -1);
}

/** Runs operations one after another on the calling thread alone. */
export function executeAlone(program: usize, count: i32): void {
  for (let index = 0; index < count; index++) {
    const operation = program + <usize>index * OPERATION;
    const tiles = load<i32>(operation, 8);
    for (let tile = 0; tile < tiles; tile++) runTile(load<i32>(operation), load<usize>(operation, 4), tile);
  }
}
