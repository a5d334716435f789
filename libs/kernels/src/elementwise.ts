import { floatBits, type Operation, type Pointer } from './operation.js';

/** Numbers that one tile works on. Must agree with ELEMENTS in assembly/elementwise.ts. */
const ELEMENTS = 16384;

/** y[i] = value, for `length` numbers. */
export function fill(y: Pointer, length: number, value: number): Operation {
  return { kernel: 'fill', args: [y, length, floatBits(value)], tiles: Math.ceil(length / ELEMENTS) };
}
