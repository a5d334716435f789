/** Runs of this length are sorted by insertion. */
const RUN = 12;

/** The items 0..n-1 in input order, ready for `sortDescending`. */
export function inputOrder(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, index) => index);
}

/**
 * Sorts items by their values, highest first, equal ones in input order; in place and without allocating. An `order` left over from
 * values that have moved little is sorted in little more than one pass.
 * @param order each item once, in any order [n]
 * @param scratch overwritten [n]
 */
export function sortDescending(order: Int32Array, values: Float64Array, scratch: Int32Array): void {
  const n = order.length;
  for (let start = 0; start < n; start += RUN) {
    insertionSort(order, values, start, Math.min(start + RUN, n));
  }
  for (let width = RUN; width < n; width *= 2) {
    for (let start = 0; start + width < n; start += 2 * width) {
      merge(order, values, scratch, start, start + width, Math.min(start + 2 * width, n));
    }
  }
}

function precedes(values: Float64Array, i: number, j: number): boolean {
  const a = values[i]!;
  const b = values[j]!;
  return a > b || (a === b && i < j);
}

function insertionSort(order: Int32Array, values: Float64Array, start: number, end: number): void {
  for (let at = start + 1; at < end; at += 1) {
    const item = order[at]!;
    let hole = at;
    while (hole > start && precedes(values, item, order[hole - 1]!)) {
      order[hole] = order[hole - 1]!;
      hole -= 1;
    }
    order[hole] = item;
  }
}

/** Merges the sorted [start, middle) and [middle, end). */
function merge(
  order: Int32Array,
  values: Float64Array,
  scratch: Int32Array,
  start: number,
  middle: number,
  end: number,
): void {
  if (precedes(values, order[middle - 1]!, order[middle]!)) {
    return;
  }
  for (let index = start; index < middle; index += 1) {
    scratch[index] = order[index]!;
  }
  let left = start;
  let right = middle;
  for (let out = start; left < middle; out += 1) {
    if (right < end && precedes(values, order[right]!, scratch[left]!)) {
      order[out] = order[right]!;
      right += 1;
    } else {
      order[out] = scratch[left]!;
      left += 1;
    }
  }
}
