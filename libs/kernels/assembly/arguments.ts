// Arguments of an operation: 32-bit words, in the order in which its builder lists them.

@inline
export function integer(args: usize, index: i32): i32 {
  return load<i32>(args + (<usize>index << 2));
}

@inline
export function pointer(args: usize, index: i32): usize {
  return load<usize>(args + (<usize>index << 2));
}

@inline
export function float(args: usize, index: i32): f32 {
  return load<f32>(args + (<usize>index << 2));
}

/** Two words from `index` on. */
@inline
export function double(args: usize, index: i32): f64 {
  return load<f64>(args + (<usize>index << 2));
}
