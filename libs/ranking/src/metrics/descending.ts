import { inputOrder, sortDescending } from '../order.js';

/** Indices of the items, highest value first; equal values keep their order. */
export function descending(values: ArrayLike<number>): Int32Array {
  const order = inputOrder(values.length);
  sortDescending(order, Float64Array.from(values), new Int32Array(values.length));
  return order;
}

/** Where the group of equal values that begins at `start` of the order ends. */
export function endOfTies(values: ArrayLike<number>, order: Int32Array, start: number): number {
  let end = start + 1;
  while (end < order.length && values[order[end]!] === values[order[start]!]) {
    end += 1;
  }
  return end;
}
