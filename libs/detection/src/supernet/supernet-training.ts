import { compileTraining, type KernelRuntime, parameterPlaces } from '@edgelore/kernels';
import {
  type Configuration,
  type Dimension,
  defaultConfiguration,
  faceDetectorSpace,
  planDetector,
} from '@edgelore/search-space';
import { seededRandom, tf } from '@edgelore/tensor';
import { anchorsOf } from '../anchors.js';
import type { Augmentation } from '../augmentation.js';
import { Batches } from '../batches.js';
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoint.js';
import type { ImageSource } from '../labelled-image.js';
import { batchLoss, FOCAL_ALPHA } from '../losses.js';
import { networkGraph } from '../network-graph.js';
import { CLIP_NORM, WEIGHT_DECAY } from '../optimiser.js';
import { Schedule, type StepBudget, type TrainingBudget } from '../schedule.js';
import { TrainingError } from '../training.error.js';
import { batchOf } from './batch-of.js';
import { onKernels } from './kernels.js';
import { SharedAdam } from './shared-adam.js';
import { type Supernet, startingSupernet } from './supernet.js';
import { sharedPlaces, supernetLayout } from './supernet-layout.js';

export interface SupernetProgress {
  /** Rounds done: in each one architecture is trained for a few steps. */
  readonly round: number;
  /** Rounds planned; undefined while a run with a time limit still measures its speed. */
  readonly rounds: number | undefined;
  /** Mean loss of the last rounds. */
  readonly loss: number;
  readonly roundsPerSecond: number;
  readonly secondsLeft: number | undefined;
}

export interface SupernetTrainingOptions {
  readonly images: ImageSource;
  /** In rounds, or a time. */
  readonly budget: TrainingBudget;
  readonly seed: number;
  /** What rounds draw their architecture from; all of `face-detector/1` when left out. */
  readonly architectures?: readonly Configuration[];
  /** Random changes of the pictures; 'strong' when left out. */
  readonly augmentation?: Augmentation;
  /** The weights to begin with; random ones under the seed when left out. */
  readonly initial?: Supernet;
  /** A clock in milliseconds, such as `performance.now`. */
  readonly now: () => number;
  /** The kernels to work on; the tensor engine's, or some of its own, when left out. */
  readonly runtime?: KernelRuntime;
  readonly onProgress?: (progress: SupernetProgress) => void;
  readonly signal?: AbortSignal;
  /** Called at the end of a round when `every` seconds of the clock have passed since the last save, and when the run is aborted. */
  readonly checkpoint?: { readonly save: (bytes: Uint8Array) => Promise<void> | void; readonly every: number };
  /** The last checkpoint of the same run. */
  readonly resume?: Uint8Array;
}

export interface TrainedSupernet {
  readonly supernet: Supernet;
  /** Given as `budget`, repeats this run exactly. */
  readonly budget: StepBudget;
  readonly seconds: number;
  /** Mean loss of the last rounds. */
  readonly loss: number;
}

/** Steps for which an architecture is trained when it is drawn: planning its network takes a tenth of that. */
export const STEPS_OF_ROUND = 4;
const PEAK_RATE = 0.01;
const LOSS_WINDOW = 100;
const LOSS = { classLoss: 'focal', negativesPerPositive: 3, boxLoss: 'giou', boxWeight: 2 } as const;

/**
 * Trains the weights that all architectures of `face-detector/1` share: each round draws one of them, all equally likely, and trains its slices for a few steps
 * (single-path uniform sampling: Guo et al. 2020, section 3.2; so AceNAS). The same inputs, seed and rounds give the same weights bit for bit, interrupted and
 * resumed or not.
 *
 * @throws TrainingError NO_IMAGES; DIVERGED when the loss is no longer a number; ABORTED after `signal`; FOREIGN_CHECKPOINT or BROKEN_CHECKPOINT when `resume`
 * does not fit.
 */
export async function trainSupernet(options: SupernetTrainingOptions): Promise<TrainedSupernet> {
  if (options.images.count === 0) {
    throw new TrainingError('NO_IMAGES', 'There is no picture to train on: bring pictures with faces.');
  }
  return onKernels(options.runtime, (runtime) => new SupernetRun(runtime, options).run());
}

/** The architecture of a round, every one equally likely; of the whole space with the default hyperparameters. */
export function drawArchitecture(seed: number, round: number, among?: readonly Configuration[]): Configuration {
  const random = seededRandom(`supernet/${seed}/${round}`);
  const given = among?.[random.integer(among.length)];
  if (given) return given;
  const draw = ({ kind, values, default: usual }: Dimension) =>
    kind === 'architecture' ? (values[random.integer(values.length)] ?? usual) : usual;
  const { space } = defaultConfiguration(faceDetectorSpace);
  const values = faceDetectorSpace.dimensions.map((dimension) => [dimension.name, draw(dimension)] as const);
  return { space, values: Object.fromEntries(values) };
}

class SupernetRun {
  readonly #shared: Float32Array;
  readonly #adam: SharedAdam;
  readonly #schedule: Schedule;
  readonly #recent: number[] = [];
  #round = 0;
  #started: number;
  #saved: { readonly round: number | undefined; readonly at: number };

  constructor(
    readonly runtime: KernelRuntime,
    readonly options: SupernetTrainingOptions,
  ) {
    this.#shared = Float32Array.from((options.initial ?? startingSupernet(options.seed)).shared);
    this.#adam = new SharedAdam(supernetLayout().size);
    this.#schedule = new Schedule(options.budget);
    this.#started = options.now();
    this.#saved = { round: undefined, at: this.#started };
    if (options.resume) this.#restore(options.resume);
  }

  async run(): Promise<TrainedSupernet> {
    const { signal, checkpoint, now } = this.options;
    for (let over = this.#schedule.steps === this.#round; !over; ) {
      if (signal?.aborted) {
        await this.#save();
        throw new TrainingError('ABORTED', `Training was stopped after ${this.#round} rounds.`, this.#round);
      }
      const { seed, architectures } = this.options;
      await this.#train(drawArchitecture(seed, this.#round, architectures));
      this.#round++;
      over = this.#schedule.after(this.#round, this.#elapsed());
      this.#report();
      if (checkpoint && !over && now() - this.#saved.at >= checkpoint.every * 1000) await this.#save();
      await tf.nextFrame();
    }
    return {
      supernet: { shared: this.#shared, steps: (this.options.initial?.steps ?? 0) + this.#round * STEPS_OF_ROUND },
      budget: this.#schedule.budget ?? { steps: this.#round },
      seconds: this.#elapsed(),
      loss: this.#loss(),
    };
  }

  async #train(configuration: Configuration): Promise<void> {
    const plan = planDetector(configuration);
    const graph = networkGraph(plan);
    const anchors = anchorsOf(plan);
    const places = sharedPlaces(configuration);
    const decay = new Float32Array(places.length);
    for (const { shape, trainable, offset, size } of parameterPlaces(graph)) {
      if (trainable && shape.length > 1) decay.fill(WEIGHT_DECAY.adam, offset, offset + size);
    }
    const { images, seed, augmentation = 'strong' } = this.options;
    const batch = batchOf(plan.inputSize);
    const batches = new Batches(images, anchors, {
      ...{ size: plan.inputSize, batch, augmentation, matchingIou: 0.35, seed },
    });
    const rate = PEAK_RATE * this.#schedule.factor(this.#round);
    const model = compileTraining(this.runtime, graph, { batch, optimiser: 'sgd' });
    try {
      let sum = 0;
      for (let step = 0; step < STEPS_OF_ROUND; step++) {
        const drawn = await batches.draw(this.#round * STEPS_OF_ROUND + step);
        const { parameters } = model;
        for (let i = 0; i < places.length; i++) parameters[i] = this.#shared[places[i] as number] as number;
        model.input('image').set(drawn.images);
        model.forward();
        const room = {
          logitSlopes: model.outputGradient('logits'),
          deltaSlopes: model.outputGradient('deltas'),
          focal: (faces: Int32Array, factor: number) =>
            model.focalLoss('logits', faces, { balance: FOCAL_ALPHA, factor }),
        };
        const { total } = batchLoss(
          model.output('logits'),
          model.output('deltas'),
          drawn.targets,
          anchors.boxes,
          LOSS,
          room,
        );
        model.backward();
        const norm = model.gradientNorm();
        if (!Number.isFinite(total) || !Number.isFinite(norm)) {
          throw new TrainingError('DIVERGED', `The loss is no longer a number in round ${this.#round}.`, this.#round);
        }
        const factor = norm > CLIP_NORM ? CLIP_NORM / norm : 1;
        this.#adam.update(this.#shared, places, model.gradient, decay, { rate, factor });
        sum += total;
      }
      this.#recent.push(sum / STEPS_OF_ROUND);
      if (this.#recent.length > LOSS_WINDOW) this.#recent.shift();
    } finally {
      model.dispose();
    }
  }

  #elapsed(): number {
    return (this.options.now() - this.#started) / 1000;
  }

  #loss(): number {
    return this.#recent.reduce((sum, each) => sum + each, 0) / Math.max(1, this.#recent.length);
  }

  #report(): void {
    const elapsed = this.#elapsed();
    this.options.onProgress?.({
      round: this.#round,
      rounds: this.#schedule.steps,
      loss: this.#loss(),
      roundsPerSecond: 1 / (this.#schedule.secondsPerStep ?? elapsed / this.#round),
      secondsLeft: this.#schedule.secondsLeft(this.#round, elapsed),
    });
  }

  #identity(): string {
    const { images, seed } = this.options;
    return `supernet/${faceDetectorSpace.id}/${this.#shared.length}/${images.count}/${seed}`;
  }

  async #save(): Promise<void> {
    if (this.#saved.round === this.#round) return;
    const { momentum, variance, counts } = this.#adam;
    const bytes = encodeCheckpoint({
      run: {
        identity: this.#identity(),
        step: this.#round,
        seconds: this.#elapsed(),
        budget: this.#schedule.budget,
        curve: [],
      },
      weights: new Uint8Array(this.#shared.buffer),
      ...{ momentum, variance, averaged: counts },
    });
    await this.options.checkpoint?.save(bytes);
    this.#saved = { round: this.#round, at: this.options.now() };
  }

  #restore(bytes: Uint8Array): void {
    const { run, weights, momentum, variance, averaged } = decodeCheckpoint(bytes);
    if (run.identity !== this.#identity()) {
      throw new TrainingError(
        'FOREIGN_CHECKPOINT',
        'The checkpoint is of another run (space, pictures or seed differ): delete it, or start with the same inputs.',
      );
    }
    this.#shared.set(new Float32Array(weights.buffer, weights.byteOffset, this.#shared.length));
    this.#adam.momentum.set(momentum);
    this.#adam.variance.set(variance);
    this.#adam.counts.set(averaged);
    this.#round = run.step;
    this.#saved = { ...this.#saved, round: run.step };
    this.#started -= run.seconds * 1000;
    if (run.budget) this.#schedule.restore(run.budget);
  }
}
