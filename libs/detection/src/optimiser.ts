export interface OptimiserOptions {
  readonly kind: 'adam' | 'sgd';
  /** Which of the flat parameters decay: weights do, biases and normalisation do not. */
  readonly decays: Uint8Array;
}

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;
const MOMENTUM = 0.9;
/** Share of the weights taken off at a rate of 1. */
export const WEIGHT_DECAY = { adam: 1e-2, sgd: 5e-4 } as const;
/** Longest gradient that is followed in full. */
export const CLIP_NORM = 10;

/** Scales a gradient down to a global norm of {@link CLIP_NORM} in place (Pascanu et al. 2013) and returns the norm it had. */
export function clipGradient(gradient: Float32Array, norm = CLIP_NORM): number {
  let squares = 0;
  for (let i = 0; i < gradient.length; i++) squares += (gradient[i] as number) ** 2;
  const length = Math.sqrt(squares);
  if (length > norm) {
    const factor = norm / length;
    for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] as number) * factor;
  }
  return length;
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2) or gradient descent with momentum and the same decoupled decay, on
 * one flat parameter vector: its whole state is two plain arrays and a count, so that it can be saved and gone on with exactly.
 */
export class Optimiser {
  readonly #options: OptimiserOptions;
  readonly #decay: number;
  /** First moment of Adam, velocity of SGD. */
  readonly momentum: Float32Array;
  /** Second moment of Adam; empty for SGD. */
  readonly variance: Float32Array;

  constructor(options: OptimiserOptions) {
    this.#options = options;
    this.#decay = WEIGHT_DECAY[options.kind];
    this.momentum = new Float32Array(options.decays.length);
    this.variance = new Float32Array(options.kind === 'adam' ? options.decays.length : 0);
  }

  /** Changes `parameters` in place. `step` counts from 0. */
  update(parameters: Float32Array, gradient: Float32Array, step: number, rate: number): void {
    const { kind, decays } = this.#options;
    const { momentum, variance } = this;
    const keep = rate * this.#decay;
    if (kind === 'sgd') {
      for (let i = 0; i < parameters.length; i++) {
        const velocity = MOMENTUM * (momentum[i] as number) + (gradient[i] as number);
        momentum[i] = velocity;
        const before = parameters[i] as number;
        parameters[i] = before - rate * velocity - (decays[i] ? keep * before : 0);
      }
      return;
    }
    const correction1 = 1 - BETA_1 ** (step + 1);
    const correction2 = 1 - BETA_2 ** (step + 1);
    for (let i = 0; i < parameters.length; i++) {
      const slope = gradient[i] as number;
      const first = BETA_1 * (momentum[i] as number) + (1 - BETA_1) * slope;
      const second = BETA_2 * (variance[i] as number) + (1 - BETA_2) * slope * slope;
      momentum[i] = first;
      variance[i] = second;
      const before = parameters[i] as number;
      const change = first / correction1 / (Math.sqrt(second / correction2) + EPSILON);
      parameters[i] = before - rate * change - (decays[i] ? keep * before : 0);
    }
  }
}
