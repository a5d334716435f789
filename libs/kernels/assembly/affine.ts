import { float, integer, pointer } from './arguments';
import { floats, read, write } from './lanes';

/** Numbers that one tile works on. Must agree with ELEMENTS in src/affine.ts. */
const ELEMENTS = 16384;

/** y = factor * x + offset. Arguments: y, x, length, factor, offset. */
export function affine(args: usize, tile: i32): void {
  const begin = tile * ELEMENTS;
  const end = min(begin + ELEMENTS, integer(args, 2));
  const y = pointer(args, 0);
  const x = pointer(args, 1);
  const factor = f32x4.splat(float(args, 3));
  const offset = f32x4.splat(float(args, 4));
  let i = begin;
  for (; i + 4 <= end; i += 4) v128.store(y + floats(i), f32x4.add(f32x4.mul(v128.load(x + floats(i)), factor), offset));
  for (; i < end; i++) write<f32>(y + floats(i), f32x4.add(f32x4.mul(read<f32>(x + floats(i)), factor), offset));
}
