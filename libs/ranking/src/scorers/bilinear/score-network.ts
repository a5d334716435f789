import type { Random } from '@edgelore/tensor';

/**
 * The ranker's function, as plain numbers: score(m, x) = main . x + sum_j (task_j . m') (configuration_j . x), m' = (m - centre) / scale.
 * The first term is what holds on every task, the second a low-rank product interaction of description and configuration.
 */
export interface ScoreWeights {
  readonly centre: readonly number[];
  readonly scale: number;
  /** [F] */
  readonly main: readonly number[];
  /** [rank][F] */
  readonly configuration: readonly (readonly number[])[];
  /** [rank][d] */
  readonly task: readonly (readonly number[])[];
}

/** What a forward pass leaves behind for its backward pass. */
export interface ScorePass {
  readonly input: Float64Array;
  readonly features: readonly Float64Array[];
  /** task_j . m', [rank] */
  readonly taskCode: Float64Array;
  /** configuration_j . x, [n, rank] */
  readonly codes: Float64Array;
  /** [n] */
  readonly scores: Float64Array;
}

/** Trainable form of {@link ScoreWeights}: one flat list of parameters, laid out main, configuration, task. */
export class ScoreNetwork {
  readonly parameters: Float64Array;
  readonly #configurationAt: number;
  readonly #taskAt: number;

  constructor(
    readonly features: number,
    readonly dimension: number,
    readonly rank: number,
    readonly centre: Float64Array,
    readonly scale: number,
  ) {
    this.#configurationAt = features;
    this.#taskAt = features + rank * features;
    this.parameters = new Float64Array(this.#taskAt + rank * dimension);
  }

  /** Small random interaction factors (with both at zero neither would ever move); no main effects. */
  initialise(random: Random): void {
    for (let at = this.#configurationAt; at < this.parameters.length; at += 1) {
      const deviation = at < this.#taskAt ? 1 / Math.sqrt(this.features) : 0.5;
      this.parameters[at] = random.normal() * deviation;
    }
  }

  /** @param mean a batch or task mean [d]; @param features one row a configuration [n][F] */
  forward(mean: ArrayLike<number>, features: readonly Float64Array[]): ScorePass {
    const input = Float64Array.from(this.centre, (centre, at) => (mean[at]! - centre) / this.scale);
    const taskCode = new Float64Array(this.rank);
    for (let j = 0; j < this.rank; j += 1) {
      taskCode[j] = this.#dot(this.#taskAt + j * this.dimension, input);
    }
    const codes = new Float64Array(features.length * this.rank);
    const scores = new Float64Array(features.length);
    for (let index = 0; index < features.length; index += 1) {
      const row = features[index]!;
      let score = this.#dot(0, row);
      for (let j = 0; j < this.rank; j += 1) {
        const code = this.#dot(this.#configurationAt + j * this.features, row);
        codes[index * this.rank + j] = code;
        score += taskCode[j]! * code;
      }
      scores[index] = score;
    }
    return { input, features, taskCode, codes, scores };
  }

  /**
   * Adds the gradient of a loss to `gradient` (laid out like `parameters`) and returns its gradient with respect to the mean, [d].
   * @param slopes dL/dscore, [n]
   */
  backward(pass: ScorePass, slopes: ArrayLike<number>, gradient: Float64Array): Float64Array {
    const codeGradient = new Float64Array(this.rank);
    pass.features.forEach((row, index) => {
      const slope = slopes[index]!;
      for (let at = 0; at < this.features; at += 1) {
        gradient[at]! += slope * row[at]!;
      }
      for (let j = 0; j < this.rank; j += 1) {
        codeGradient[j]! += slope * pass.codes[index * this.rank + j]!;
        const inner = slope * pass.taskCode[j]!;
        const offset = this.#configurationAt + j * this.features;
        for (let at = 0; at < this.features; at += 1) {
          gradient[offset + at]! += inner * row[at]!;
        }
      }
    });
    const meanGradient = new Float64Array(this.dimension);
    for (let j = 0; j < this.rank; j += 1) {
      const offset = this.#taskAt + j * this.dimension;
      for (let at = 0; at < this.dimension; at += 1) {
        gradient[offset + at]! += codeGradient[j]! * pass.input[at]!;
        meanGradient[at]! += (codeGradient[j]! * this.parameters[offset + at]!) / this.scale;
      }
    }
    return meanGradient;
  }

  /** The weights as plain JSON, rounded to seven significant digits. */
  freeze(): ScoreWeights {
    const part = (from: number, length: number): number[] =>
      Array.from(this.parameters.subarray(from, from + length), sevenDigits);
    const block = (from: number, width: number): number[][] =>
      Array.from({ length: this.rank }, (_, j) => part(from + j * width, width));
    return {
      centre: Array.from(this.centre, sevenDigits),
      scale: sevenDigits(this.scale),
      main: part(0, this.features),
      configuration: block(this.#configurationAt, this.features),
      task: block(this.#taskAt, this.dimension),
    };
  }

  #dot(offset: number, row: Float64Array): number {
    let sum = 0;
    for (let at = 0; at < row.length; at += 1) {
      sum += this.parameters[offset + at]! * row[at]!;
    }
    return sum;
  }
}

/** The network of frozen weights. */
export function thaw(weights: ScoreWeights): ScoreNetwork {
  const network = new ScoreNetwork(
    weights.main.length,
    weights.centre.length,
    weights.task.length,
    Float64Array.from(weights.centre),
    weights.scale,
  );
  network.parameters.set([...weights.main, ...weights.configuration.flat(), ...weights.task.flat()]);
  return network;
}

/** Rounds to seven significant digits, the precision of float32: artefacts stay small and read the same everywhere. */
export function sevenDigits(value: number): number {
  return Number(value.toPrecision(7));
}
