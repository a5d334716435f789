/** Adam (Kingma and Ba 2015) on one flat list of parameters. */
export class Adam {
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #steps = 0;

  constructor(size: number) {
    this.#first = new Float64Array(size);
    this.#second = new Float64Array(size);
  }

  /** Moves the parameters against the gradient, in place. */
  step(parameters: Float64Array, gradient: Float64Array, rate: number): void {
    const { sqrt } = Math;
    this.#steps += 1;
    const firstScale = 1 / (1 - 0.9 ** this.#steps);
    const secondScale = 1 / (1 - 0.999 ** this.#steps);
    for (let at = 0; at < parameters.length; at += 1) {
      const slope = gradient[at]!;
      const first = 0.9 * this.#first[at]! + 0.1 * slope;
      const second = 0.999 * this.#second[at]! + 0.001 * slope * slope;
      this.#first[at] = first;
      this.#second[at] = second;
      parameters[at]! -= (rate * first * firstScale) / (sqrt(second * secondScale) + 1e-8);
    }
  }
}
