const DEFAULT_STRENGTH = 1;
const DEFAULT_DAMPING = 0.1;

/** All that must be kept between two trainings. */
export interface SynapticState {
  readonly importance: readonly number[];
  readonly anchor: readonly number[];
}

export interface SynapticOptions {
  /** c, the weight of the penalty. Default 1. */
  readonly strength?: number;
  /** Keeps the importance finite where a parameter hardly moved. Default 0.1. */
  readonly damping?: number;
}

/**
 * Synaptic Intelligence (Zenke, Poole, Ganguli 2017, equations 3 to 5): while a task is learnt, the path integral w = -sum of gradient * step tells how
 * much each parameter lowered the loss; afterwards importance += max(0, w) / (moved^2 + damping), and leaving the anchor costs
 * c * sum of importance * (parameter - anchor)^2.
 */
export class SynapticIntelligence {
  readonly #strength: number;
  readonly #damping: number;
  readonly #importance: Float64Array;
  readonly #anchor: Float64Array;
  readonly #path: Float64Array;
  readonly #start: Float64Array;

  /** Begins a task at `parameters`, with what earlier tasks left in `state`. */
  constructor(parameters: ArrayLike<number>, options: SynapticOptions = {}, state?: SynapticState) {
    this.#strength = options.strength ?? DEFAULT_STRENGTH;
    this.#damping = options.damping ?? DEFAULT_DAMPING;
    this.#importance = state ? Float64Array.from(state.importance) : new Float64Array(parameters.length);
    this.#anchor = Float64Array.from(state ? state.anchor : parameters);
    this.#path = new Float64Array(parameters.length);
    this.#start = Float64Array.from(parameters);
    if (this.#importance.length !== parameters.length || this.#anchor.length !== parameters.length) {
      throw new RangeError(
        `The kept state is for ${this.#importance.length} parameters and the network has ${parameters.length}; start without it.`,
      );
    }
  }

  /** Counts one optimiser step. `gradient` is that of the task's loss alone, without the penalty. */
  step(gradient: ArrayLike<number>, before: ArrayLike<number>, after: ArrayLike<number>): void {
    for (let at = 0; at < this.#path.length; at++) this.#path[at]! -= gradient[at]! * (after[at]! - before[at]!);
  }

  /** c * sum of importance * (parameter - anchor)^2. */
  penalty(parameters: ArrayLike<number>): number {
    let sum = 0;
    for (let at = 0; at < this.#anchor.length; at++) {
      sum += this.#importance[at]! * (parameters[at]! - this.#anchor[at]!) ** 2;
    }
    return this.#strength * sum;
  }

  /** Adds the gradient of the penalty to `gradient`, in place. */
  addPenaltyGradient(parameters: ArrayLike<number>, gradient: Float64Array): void {
    for (let at = 0; at < this.#anchor.length; at++) {
      gradient[at]! += 2 * this.#strength * this.#importance[at]! * (parameters[at]! - this.#anchor[at]!);
    }
  }

  /** Ends the task: turns the path into importance, and begins the next one there. */
  consolidate(parameters: ArrayLike<number>): void {
    for (let at = 0; at < this.#path.length; at++) {
      const moved = parameters[at]! - this.#start[at]!;
      this.#importance[at]! += Math.max(0, this.#path[at]!) / (moved * moved + this.#damping);
      this.#path[at] = 0;
      this.#start[at] = parameters[at]!;
      this.#anchor[at] = parameters[at]!;
    }
  }

  /** Moves the anchor to what is published, for example after a replay step that followed the task. */
  anchorAt(parameters: ArrayLike<number>): void {
    this.#anchor.set(Float64Array.from(parameters));
  }

  state(): SynapticState {
    return { importance: Array.from(this.#importance), anchor: Array.from(this.#anchor) };
  }
}
