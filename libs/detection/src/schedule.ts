/** How long to train: a number of steps, or a time that the schedule is fitted into. */
export type TrainingBudget = StepBudget | { readonly seconds: number };

export interface StepBudget {
  readonly steps: number;
  /** Moves of the end; empty for a run that was planned by steps and for most that were planned by time. */
  readonly turns?: readonly Turn[];
}

/** At step `from` it was decided that the last step is to be `steps`. */
export interface Turn {
  readonly from: number;
  readonly steps: number;
}

const WARM_UP_STEPS = 30;
/** Share of the steps before the rate begins to fall. */
const CONSTANT_SHARE = 0.3;
/** Speed is not believed before so many steps: the first ones compile. */
const STEPS_BEFORE_PLAN = 4;
/** Share of all steps by which a forecast may be wrong before the end is moved, and by which a run may pass its time. */
const TOLERANCE = 0.02;
/** Share of the steps left by which a forecast must be wrong too: moves are for changes of speed, not for the last few steps. */
const SURPRISE = 0.1;

function decayStart(steps: number): number {
  return Math.ceil(CONSTANT_SHARE * steps);
}

/**
 * The learning rate over a run, as a factor of its peak: linear warm-up over a fixed number of steps, constant, then half a cosine down to zero (Loshchilov and
 * Hutter 2017, equation 5, without restarts). Nothing before the fall depends on the number of steps, so a run with a time limit needs no forecast until a third of
 * its time has passed, and a run of the same number of steps repeats it exactly. When the speed changes after that, the end is moved and the move kept in `turns`.
 */
export class Schedule {
  readonly #seconds: number | undefined;
  readonly #turns: Turn[] = [];
  #steps: number | undefined;
  /** Elapsed seconds at the end of each step of this process. */
  readonly #times: number[] = [];

  constructor(budget: TrainingBudget) {
    if ('steps' in budget) {
      this.#steps = budget.steps;
      this.#turns.push(...(budget.turns ?? []));
      this.#seconds = undefined;
    } else {
      this.#seconds = budget.seconds;
    }
  }

  /** The last step as planned now; undefined while the plan is open. */
  get steps(): number | undefined {
    return this.#turns.at(-1)?.steps ?? this.#steps;
  }

  /** The budget that repeats this run exactly; undefined while the plan is open. */
  get budget(): StepBudget | undefined {
    return this.#steps === undefined ? undefined : { steps: this.#steps, turns: [...this.#turns] };
  }

  /** Goes on with the plan of an interrupted run with a time limit. */
  restore(budget: StepBudget): void {
    if (this.#seconds === undefined) return;
    this.#steps = budget.steps;
    this.#turns.splice(0, this.#turns.length, ...(budget.turns ?? []));
  }

  /** Factor of the peak learning rate for a step. */
  factor(step: number): number {
    const warm = Math.min(1, (step + 1) / WARM_UP_STEPS);
    return warm * 0.5 * (1 + Math.cos(Math.PI * this.#fallen(step)));
  }

  /** How far the fall is at a step, 0..1. */
  #fallen(step: number): number {
    if (this.#steps === undefined) return 0;
    let from = decayStart(this.#steps);
    let end = this.#steps;
    let fallen = 0;
    for (const turn of this.#turns) {
      if (turn.from > step) break;
      if (turn.from > from) fallen += (1 - fallen) * ((turn.from - from) / Math.max(1, end - from));
      from = turn.from;
      end = turn.steps;
    }
    return step <= from ? fallen : Math.min(1, fallen + (1 - fallen) * ((step - from) / Math.max(1, end - from)));
  }

  /** The part of the budget that is used up after `done` steps, 0..1. */
  share(done: number, elapsed: number): number {
    return this.#seconds === undefined ? done / (this.steps ?? done) : Math.min(1, elapsed / this.#seconds);
  }

  /** Seconds still to go after `step` steps, as far as can be said. */
  secondsLeft(step: number, elapsed: number): number | undefined {
    if (this.#seconds !== undefined) return Math.max(0, this.#seconds - elapsed);
    const perStep = this.secondsPerStep;
    return perStep === undefined ? undefined : perStep * Math.max(0, (this.steps ?? step) - step);
  }

  /**
   * Told after each step; with a time limit, decides and corrects when to end.
   *
   * @param done steps done; @param elapsed seconds since the run began, pauses for validation included.
   * @returns whether the run is over.
   */
  after(done: number, elapsed: number): boolean {
    this.#times.push(elapsed);
    const limit = this.#seconds;
    if (limit === undefined) return done >= (this.steps ?? 0);
    const perStep = this.secondsPerStep;
    const forecast = perStep === undefined ? undefined : done + Math.max(0, Math.floor((limit - elapsed) / perStep));
    const reachable = forecast ?? done;
    const planned = this.steps;
    if (planned === undefined) {
      const open = forecast === undefined ? elapsed < limit : decayStart(forecast) > done;
      if (open) return false;
      // The number of steps whose fall begins here; where it is not the reachable number too, a turn says so.
      this.#steps = Math.floor(done / CONSTANT_SHARE);
      if (Math.abs(this.#steps - reachable) > 1 + TOLERANCE * reachable)
        this.#turns.push({ from: done, steps: reachable });
      return done >= (this.steps ?? 0);
    }
    if (done >= planned) return true;
    // A run that is gone on with has its plan before its speed is known again.
    const wrong = forecast === undefined ? 0 : Math.abs(planned - forecast);
    const surprised = wrong > TOLERANCE * planned && wrong > SURPRISE * (planned - done);
    if (surprised || elapsed >= limit * (1 + TOLERANCE))
      this.#turns.push({ from: done, steps: Math.max(done, reachable) });
    return done >= (this.steps ?? 0);
  }

  /** Mean over the later half of the steps, undefined at first: slow to believe a change, quick to forget the compiling first steps. */
  get secondsPerStep(): number | undefined {
    const count = this.#times.length;
    if (count < STEPS_BEFORE_PLAN) return undefined;
    const from = count >> 1;
    return Math.max(1e-9, ((this.#times[count - 1] as number) - (this.#times[from - 1] as number)) / (count - from));
  }
}
