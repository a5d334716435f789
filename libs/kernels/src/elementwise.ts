import { type Activation, activationCode } from './activation.js';
import { requireSizes } from './convolution-shape.js';
import { floatBits, type Operation, type Pointer } from './operation.js';

/** Numbers that one tile works on. Must agree with ELEMENTS in assembly/elementwise.ts. */
const ELEMENTS = 16384;

/** y[i] = value, for `length` numbers. */
export function fill(y: Pointer, length: number, value: number): Operation {
  return { kernel: 'fill', args: [y, length, floatBits(value)], tiles: Math.ceil(length / ELEMENTS) };
}

/** y = x, for `length` numbers that do not overlap. */
export function copy(length: number, { x, y }: { readonly x: Pointer; readonly y: Pointer }): Operation[] {
  return pointwise('copy', length, [y, x, length]);
}

/** Two summands or factors and the result, which may be one of them. */
export interface PairPointers {
  readonly a: Pointer;
  readonly b: Pointer;
  readonly y: Pointer;
}

/** y = a + b, for `length` numbers. @throws KernelError SHAPE */
export function add(length: number, { a, b, y }: PairPointers): Operation[] {
  return pointwise('add', length, [y, a, b, length]);
}

/** y = a * b, for `length` numbers. @throws KernelError SHAPE */
export function multiply(length: number, { a, b, y }: PairPointers): Operation[] {
  return pointwise('multiply', length, [y, a, b, length]);
}

/** y = factor * x, for `length` numbers; y may be x. @throws KernelError SHAPE */
export function scale(
  length: number,
  factor: number,
  { x, y }: { readonly x: Pointer; readonly y: Pointer },
): Operation[] {
  return pointwise('scale', length, [y, x, length, floatBits(factor)]);
}

/** y = activation(x), for `length` numbers; y may be x; NaN stays NaN. @throws KernelError SHAPE */
export function activate(
  length: number,
  activation: Activation,
  { x, y }: { readonly x: Pointer; readonly y: Pointer },
): Operation[] {
  return pointwise('activate', length, [y, x, length, activationCode(activation)]);
}

/**
 * The slope by an activation's input: dy where its result y is strictly between its bounds, else 0; NaN where y is NaN. dx may be dy.
 *
 * @throws KernelError SHAPE
 */
export function activateGradient(
  length: number,
  activation: Activation,
  { y, outputGradient, inputGradient }: { y: Pointer; outputGradient: Pointer; inputGradient: Pointer },
): Operation[] {
  return pointwise('activateGradient', length, [inputGradient, outputGradient, y, length, activationCode(activation)]);
}

/**
 * y = (x - mean) / deviation for bytes x, as colours are brought to a network's input; `length` numbers.
 *
 * @throws KernelError SHAPE
 */
export function standardise(
  length: number,
  { mean, deviation }: { readonly mean: number; readonly deviation: number },
  { x, y }: { readonly x: Pointer; readonly y: Pointer },
): Operation[] {
  return pointwise('standardise', length, [y, x, length, floatBits(mean), floatBits(deviation)]);
}

/** Rows of numbers, some way apart in the source and in the target. */
export interface RowCopy {
  readonly rows: number;
  /** Numbers of a row. */
  readonly width: number;
  /** Numbers from the start of one row of x to that of the next. */
  readonly stepX: number;
  /** Numbers from the start of one row of y to that of the next. */
  readonly stepY: number;
}

/**
 * Copies rows: concatenates and slices along any axis, with `x` and `y` pointing to the first number that is copied.
 *
 * @throws KernelError SHAPE
 */
export function copyRows(
  { rows, width, stepX, stepY }: RowCopy,
  { x, y }: { readonly x: Pointer; readonly y: Pointer },
): Operation[] {
  requireSizes(`${rows} rows of ${width} numbers, ${stepX} and ${stepY} apart`, [rows, width, stepX, stepY]);
  const perTile = Math.max(1, Math.floor(ELEMENTS / width));
  return [{ kernel: 'copyRows', args: [y, x, rows, width, stepY, stepX, perTile], tiles: Math.ceil(rows / perTile) }];
}

function pointwise(kernel: string, length: number, args: readonly number[]): Operation[] {
  requireSizes(`${length} numbers`, [length]);
  return [{ kernel, args, tiles: Math.ceil(length / ELEMENTS) }];
}
