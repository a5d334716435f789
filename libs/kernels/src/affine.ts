import { requireSizes } from './convolution-shape.js';
import { floatBits, type Operation, type Pointer } from './operation.js';

/** Numbers that one tile works on. Must agree with ELEMENTS in assembly/affine.ts. */
const ELEMENTS = 16384;

/** y = factor * x + offset, for `length` numbers; y may be x. @throws KernelError SHAPE */
export function affine(
  length: number,
  { factor, offset }: { readonly factor: number; readonly offset: number },
  { x, y }: { readonly x: Pointer; readonly y: Pointer },
): Operation[] {
  requireSizes(`${length} numbers`, [length]);
  const args = [y, x, length, floatBits(factor), floatBits(offset)];
  return [{ kernel: 'affine', args, tiles: Math.ceil(length / ELEMENTS) }];
}
