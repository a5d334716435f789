import { float, integer, pointer } from './arguments';
import { clamp, floats, greatestOpen, highest, leastOpen, lowest, masked, read, write } from './lanes';

/** Numbers that one tile of an element-wise kernel works on. Must agree with ELEMENTS in src/elementwise.ts. */
const ELEMENTS = 16384;

const ADD = 0;
const MULTIPLY = 1;
const SCALE = 2;
const ACTIVATE = 3;
const ACTIVATE_GRADIENT = 4;

/** y = value. Arguments: y, length, value. */
export function fill(args: usize, tile: i32): void {
  const begin = tile * ELEMENTS;
  const end = min(begin + ELEMENTS, integer(args, 1));
  const y = pointer(args, 0);
  const value = float(args, 2);
  const vector = f32x4.splat(value);
  let i = begin;
  for (; i + 4 <= end; i += 4) v128.store(y + floats(i), vector);
  for (; i < end; i++) store<f32>(y + floats(i), value);
}

/** y = x. Arguments: y, x, length. */
export function copy(args: usize, tile: i32): void {
  const begin = tile * ELEMENTS;
  const end = min(begin + ELEMENTS, integer(args, 2));
  memory.copy(pointer(args, 0) + floats(begin), pointer(args, 1) + floats(begin), floats(end - begin));
}

/** y = a + b. Arguments: y, a, b, length. */
export function add(args: usize, tile: i32): void {
  pointwise(ADD, pointer(args, 0), pointer(args, 1), pointer(args, 2), integer(args, 3), tile, i32x4.splat(0), i32x4.splat(0));
}

/** y = a * b. Arguments: y, a, b, length. */
export function multiply(args: usize, tile: i32): void {
  pointwise(MULTIPLY, pointer(args, 0), pointer(args, 1), pointer(args, 2), integer(args, 3), tile, i32x4.splat(0), i32x4.splat(0));
}

/** y = x * factor. Arguments: y, x, length, factor. */
export function scale(args: usize, tile: i32): void {
  const x = pointer(args, 1);
  pointwise(SCALE, pointer(args, 0), x, x, integer(args, 2), tile, f32x4.splat(float(args, 3)), i32x4.splat(0));
}

/** y = activation(x). Arguments: y, x, length, activation. */
export function activate(args: usize, tile: i32): void {
  const x = pointer(args, 1);
  const activation = integer(args, 3);
  pointwise(ACTIVATE, pointer(args, 0), x, x, integer(args, 2), tile, lowest(activation), highest(activation));
}

/** dx = dy where the activation's result y lies between its bounds. Arguments: dx, dy, y, length, activation. */
export function activateGradient(args: usize, tile: i32): void {
  const activation = integer(args, 4);
  const least = leastOpen(activation);
  const greatest = greatestOpen(activation);
  pointwise(ACTIVATE_GRADIENT, pointer(args, 0), pointer(args, 1), pointer(args, 2), integer(args, 3), tile, least, greatest);
}

@inline
function pointwise(kind: i32, y: usize, a: usize, b: usize, length: i32, tile: i32, p: v128, q: v128): void {
  const begin = tile * ELEMENTS;
  let i = floats(begin);
  const end = floats(min(begin + ELEMENTS, length));
  for (; i + 16 <= end; i += 16) one<v128>(kind, y + i, a + i, b + i, p, q);
  for (; i < end; i += 4) one<f32>(kind, y + i, a + i, b + i, p, q);
}

@inline
function one<T>(kind: i32, y: usize, a: usize, b: usize, p: v128, q: v128): void {
  if (kind == ADD) write<T>(y, f32x4.add(read<T>(a), read<T>(b)));
  else if (kind == MULTIPLY) write<T>(y, f32x4.mul(read<T>(a), read<T>(b)));
  else if (kind == SCALE) write<T>(y, f32x4.mul(read<T>(a), p));
  else if (kind == ACTIVATE) write<T>(y, clamp(read<T>(a), p, q));
  else write<T>(y, masked(read<T>(a), read<T>(b), p, q));
}

/** y = (x - mean) / deviation for bytes x. Arguments: y, x, length, mean, deviation. */
export function standardise(args: usize, tile: i32): void {
  const begin = tile * ELEMENTS;
  const end = min(begin + ELEMENTS, integer(args, 2));
  const y = pointer(args, 0);
  const x = pointer(args, 1);
  const mean = float(args, 3);
  const deviation = float(args, 4);
  const means = f32x4.splat(mean);
  const deviations = f32x4.splat(deviation);
  let i = begin;
  for (; i + 4 <= end; i += 4) {
    const bytes = v128.load32_zero(x + <usize>i);
    const values = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes)));
    v128.store(y + floats(i), f32x4.div(f32x4.sub(values, means), deviations));
  }
  for (; i < end; i++) store<f32>(y + floats(i), (<f32>load<u8>(x + <usize>i) - mean) / deviation);
}

/** Rows of a matrix to rows of another. Arguments: y, x, rows, width, floats between rows of y, floats between rows of x, rows of a tile. */
export function copyRows(args: usize, tile: i32): void {
  const rows = integer(args, 2);
  const width = floats(integer(args, 3));
  const stepY = floats(integer(args, 4));
  const stepX = floats(integer(args, 5));
  const perTile = integer(args, 6);
  const begin = tile * perTile;
  let y = pointer(args, 0) + <usize>begin * stepY;
  let x = pointer(args, 1) + <usize>begin * stepX;
  for (let row = begin; row < min(begin + perTile, rows); row++) {
    memory.copy(y, x, width);
    y += stepY;
    x += stepX;
  }
}
