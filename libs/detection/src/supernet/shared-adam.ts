const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;
/** Steps over which the rate of a weight rises to the full one: the first steps of Adam are as long as any, whatever their gradient. */
const WARM_UP = 40;
/** From so many steps on neither moment needs a correction that shows. */
const CORRECTED = 8192;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2) on the shared weights of a supernet. A step changes the weights of one sub-network
 * only, so each weight counts its own steps: wide channels and late blocks are trained more rarely than the rest, and a common count would correct their first
 * moments wrongly.
 */
export class SharedAdam {
  readonly momentum: Float32Array;
  readonly variance: Float32Array;
  /** Steps that each weight has had. */
  readonly counts: Float32Array;
  /** By the number of steps: what the first moment is multiplied by, and the second divided by. */
  readonly #factors: Float64Array;
  readonly #corrections: Float64Array;

  constructor(size: number) {
    this.momentum = new Float32Array(size);
    this.variance = new Float32Array(size);
    this.counts = new Float32Array(size);
    const steps = Array.from({ length: CORRECTED + 1 }, (_, step) => step);
    this.#factors = Float64Array.from(steps, (step) => Math.min(1, step / WARM_UP) / (1 - BETA_1 ** step));
    this.#corrections = Float64Array.from(steps, (step) => 1 - BETA_2 ** step);
  }

  /**
   * @param shared changed in place, at `places` only
   * @param gradient by the weight at each place; multiplied by `factor` first
   * @param decay share of the weight at each place that is taken off at a rate of 1
   */
  update(
    shared: Float32Array,
    places: Int32Array,
    gradient: Float32Array,
    decay: Float32Array,
    { rate, factor }: { readonly rate: number; readonly factor: number },
  ): void {
    const { momentum, variance, counts } = this;
    const [factors, corrections] = [this.#factors, this.#corrections];
    for (let i = 0; i < places.length; i++) {
      const at = places[i] as number;
      const slope = factor * (gradient[i] as number);
      const count = (counts[at] as number) + 1;
      const first = BETA_1 * (momentum[at] as number) + (1 - BETA_1) * slope;
      const second = BETA_2 * (variance[at] as number) + (1 - BETA_2) * slope * slope;
      counts[at] = count;
      momentum[at] = first;
      variance[at] = second;
      const step = Math.min(count, CORRECTED);
      const length = Math.sqrt(second / (corrections[step] as number)) + EPSILON;
      const before = shared[at] as number;
      const warm = count < WARM_UP ? count / WARM_UP : 1;
      const change = (first * (factors[step] as number)) / length;
      shared[at] = before - rate * (change + warm * (decay[i] as number) * before);
    }
  }
}
