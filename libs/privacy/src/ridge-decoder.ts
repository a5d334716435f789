/** Coordinates that hardly vary are not blown up. */
const LEAST_DEVIATION = 1e-6;

interface Moments {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** A linear map from inputs `[d]` to targets `[D]`, both standardised on what it was fitted to, with a ridge: the strongest linear decoder. */
export class RidgeDecoder {
  private constructor(
    private readonly input: Moments,
    private readonly target: Moments,
    /** `[d, D]` */
    private readonly weights: Float64Array,
  ) {}

  /** @param ridges pulls towards 0, as shares of the inputs' variance: one decoder each */
  static fit(
    inputs: readonly ArrayLike<number>[],
    targets: readonly ArrayLike<number>[],
    ridges: readonly number[],
  ): RidgeDecoder[] {
    const input = momentsOf(inputs);
    const target = momentsOf(targets);
    const d = input.mean.length;
    const width = target.mean.length;
    const gram = new Float64Array(d * d);
    const right = new Float64Array(d * width);
    inputs.forEach((row, n) => {
      const x = standardised(row, input);
      const y = standardised(targets[n]!, target);
      for (let i = 0; i < d; i++) {
        for (let j = 0; j <= i; j++) gram[i * d + j]! += x[i]! * x[j]!;
        for (let j = 0; j < width; j++) right[i * width + j]! += x[i]! * y[j]!;
      }
    });
    return ridges.map((ridge) => {
      const pulled = gram.map((value, at) => (at % (d + 1) === 0 ? value + ridge * inputs.length : value));
      const weights = right.slice();
      solve(pulled, weights, d, width);
      return new RidgeDecoder(input, target, weights);
    });
  }

  /** 1 - the squared error of the decoded targets over that of the mean target it was fitted to. */
  explained(inputs: readonly ArrayLike<number>[], targets: readonly ArrayLike<number>[]): number {
    const d = this.input.mean.length;
    const width = this.target.mean.length;
    let error = 0;
    let total = 0;
    inputs.forEach((row, n) => {
      const x = standardised(row, this.input);
      const y = standardised(targets[n]!, this.target);
      for (let j = 0; j < width; j++) {
        let decoded = 0;
        for (let i = 0; i < d; i++) decoded += x[i]! * this.weights[i * width + j]!;
        error += (y[j]! - decoded) ** 2;
        total += y[j]! ** 2;
      }
    });
    return 1 - error / total;
  }
}

function momentsOf(rows: readonly ArrayLike<number>[]): Moments {
  const mean = new Float64Array(rows[0]!.length);
  const square = new Float64Array(mean.length);
  for (const row of rows) for (let at = 0; at < mean.length; at++) mean[at]! += row[at]! / rows.length;
  for (const row of rows)
    for (let at = 0; at < mean.length; at++) square[at]! += (row[at]! - mean[at]!) ** 2 / rows.length;
  return { mean, deviation: square.map((value) => Math.max(LEAST_DEVIATION, Math.sqrt(value))) };
}

function standardised(row: ArrayLike<number>, { mean, deviation }: Moments): Float64Array {
  return mean.map((centre, at) => (row[at]! - centre) / deviation[at]!);
}

/** X of A X = B in place of B, by Cholesky; A `[d, d]` symmetric and positive definite (its lower half is read and overwritten), B `[d, width]`. */
function solve(a: Float64Array, b: Float64Array, d: number, width: number): void {
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * d + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * d + k]! * a[j * d + k]!;
      a[i * d + j] = i === j ? Math.sqrt(sum) : sum / a[j * d + j]!;
    }
  }
  for (let column = 0; column < width; column++) {
    const at = (row: number) => row * width + column;
    for (let i = 0; i < d; i++) {
      for (let k = 0; k < i; k++) b[at(i)]! -= a[i * d + k]! * b[at(k)]!;
      b[at(i)]! /= a[i * d + i]!;
    }
    for (let i = d - 1; i >= 0; i--) {
      for (let k = i + 1; k < d; k++) b[at(i)]! -= a[k * d + i]! * b[at(k)]!;
      b[at(i)]! /= a[i * d + i]!;
    }
  }
}
