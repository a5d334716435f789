/** Lower factor of a symmetric matrix, row by row; a pivot that rounding made negative counts as none. @param matrix rows, of which the part up to the diagonal is read */
export function cholesky(matrix: readonly ArrayLike<number>[]): Float64Array[] {
  const factor: Float64Array[] = [];
  matrix.forEach((row, i) => {
    const own = new Float64Array(i + 1);
    for (let j = 0; j <= i; j += 1) {
      const other = j === i ? own : factor[j]!;
      let rest = row[j]!;
      for (let k = 0; k < j; k += 1) {
        rest -= own[k]! * other[k]!;
      }
      if (i === j) {
        own[j] = Math.sqrt(Math.max(0, rest));
      } else {
        own[j] = other[j]! > 0 ? rest / other[j]! : 0;
      }
    }
    factor.push(own);
  });
  return factor;
}

/** The solution x of L x = b. */
export function solveLower(factor: readonly Float64Array[], values: ArrayLike<number>): Float64Array {
  const solution = new Float64Array(values.length);
  factor.forEach((row, i) => {
    let rest = values[i]!;
    for (let k = 0; k < i; k += 1) {
      rest -= row[k]! * solution[k]!;
    }
    solution[i] = row[i]! > 0 ? rest / row[i]! : 0;
  });
  return solution;
}

/** The solution x of L' x = b. */
export function solveUpper(factor: readonly Float64Array[], values: ArrayLike<number>): Float64Array {
  const solution = Float64Array.from(values);
  for (let i = factor.length - 1; i >= 0; i -= 1) {
    const row = factor[i]!;
    const value = row[i]! > 0 ? solution[i]! / row[i]! : 0;
    solution[i] = value;
    for (let k = 0; k < i; k += 1) {
      solution[k]! -= row[k]! * value;
    }
  }
  return solution;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) {
    sum += a[at]! * b[at]!;
  }
  return sum;
}
