import { float, integer, pointer } from './arguments';

/** Numbers that one tile of an element-wise kernel works on. Must agree with ELEMENTS in src/elementwise.ts. */
const ELEMENTS = 16384;

/** y = value. Arguments: y, length, value. */
export function fill(args: usize, tile: i32): void {
  const begin = tile * ELEMENTS;
  const end = min(begin + ELEMENTS, integer(args, 1));
  const y = pointer(args, 0);
  const value = float(args, 2);
  const vector = f32x4.splat(value);
  let i = begin;
  for (; i + 4 <= end; i += 4) v128.store(y + ((<usize>i) << 2), vector);
  for (; i < end; i++) store<f32>(y + ((<usize>i) << 2), value);
}
