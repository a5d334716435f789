import { type Configuration, configurationId } from '@edgelore/search-space';
import { tf } from '@edgelore/tensor';
import { type Anchors, anchorsOf } from './anchors.js';
import type { Augmentation } from './augmentation.js';
import { type Batch, Batches } from './batches.js';
import { buildDetector } from './build-detector.js';
import { type CurvePoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';
import { evaluateDetector } from './detect.js';
import type { Detector, Learner } from './detector.js';
import type { ImageSource } from './labelled-image.js';
import { type BatchLoss, batchLoss, type LossOptions } from './losses.js';
import { Schedule, type StepBudget, type TrainingBudget } from './schedule.js';
import { TrainingError } from './training.error.js';
import { type DetectorWeights, decodeWeights, encodeWeights } from './weights.js';

export interface TrainingProgress {
  /** Steps done. */
  readonly step: number;
  /** Steps planned; undefined while a run with a time limit still measures its speed. */
  readonly steps: number | undefined;
  readonly loss: Pick<BatchLoss, 'classification' | 'localisation' | 'total'>;
  /** Pictures a second over the last steps. */
  readonly imagesPerSecond: number;
  readonly secondsLeft: number | undefined;
}

export interface TrainingOptions {
  readonly configuration: Configuration;
  readonly images: ImageSource;
  readonly budget: TrainingBudget;
  readonly seed: number;
  /** A clock in milliseconds, such as `performance.now`. */
  readonly now: () => number;
  readonly initialWeights?: DetectorWeights;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Held-out pictures that are looked at so many times before the end, at equal shares of the budget; they never change the training. */
  readonly validate?: { readonly images: ImageSource; readonly times: number };
  readonly signal?: AbortSignal;
  /** Called at the end of a step when `every` seconds of the clock have passed since the last save, and when the run is aborted; never twice at one step. */
  readonly checkpoint?: { readonly save: (bytes: Uint8Array) => Promise<void> | void; readonly every: number };
  /** The last checkpoint of the same run. */
  readonly resume?: Uint8Array;
}

export interface TrainedDetector {
  /** The caller's to dispose. */
  readonly detector: Detector;
  readonly steps: number;
  /** Given as `budget`, repeats this run exactly on the same tensor backend. */
  readonly budget: StepBudget;
  readonly seconds: number;
  readonly curve: readonly CurvePoint[];
  /** Mean total loss of the last steps. */
  readonly loss: number;
}

/** Steps over which the reported loss is averaged. */
const LOSS_WINDOW = 20;

/**
 * Trains a detector on labelled pictures. The result holds the running mean of the weights over the last steps (Polyak averaging), which is steadier than the last
 * weights. The same inputs, seed and number of steps give the same weights bit for bit on the same tensor backend, interrupted and resumed or not.
 *
 * @throws TrainingError NO_IMAGES or NO_FACES when there is nothing to learn from; DIVERGED when the loss is no longer a number; ABORTED after
 * `signal`; FOREIGN_CHECKPOINT or BROKEN_CHECKPOINT when `resume` does not fit. No tensor of the run outlives an error.
 *
 * @example
 * const trained = await trainDetector({ configuration, images, budget: { seconds: 300 }, seed: 1, now: () => performance.now() });
 * const faces = detect(trained.detector, picture, { scoreThreshold: 0.5 });
 */
export async function trainDetector(options: TrainingOptions): Promise<TrainedDetector> {
  await requireFaces(options.images);
  const { configuration, seed, initialWeights } = options;
  const detector = buildDetector(configuration, { seed, ...(initialWeights && { weights: initialWeights }) });
  try {
    return await new TrainingRun(detector, options).run();
  } catch (error) {
    detector.dispose();
    throw error;
  }
}

async function requireFaces(images: ImageSource): Promise<void> {
  if (images.count === 0)
    throw new TrainingError('NO_IMAGES', 'There is no picture to train on: bring pictures with faces.');
  for (let index = 0; index < images.count; index++) {
    if ((await images.load(index)).boxes.length > 0) return;
  }
  throw new TrainingError(
    'NO_FACES',
    `None of the ${images.count} training pictures has a face: bring pictures with face boxes.`,
  );
}

class TrainingRun {
  readonly #detector: Detector;
  readonly #options: TrainingOptions;
  readonly #values: Configuration['values'];
  readonly #lossOptions: LossOptions;
  readonly #anchors: Anchors;
  readonly #batches: Batches;
  readonly #schedule: Schedule;
  readonly #learner: Learner;
  readonly #curve: CurvePoint[] = [];
  readonly #recentLosses: number[] = [];
  #step = 0;
  #started: number;
  /** Where the last checkpoint was taken: its step (none yet: undefined) and the clock after it was stored. */
  #saved: { readonly step: number | undefined; readonly at: number };

  constructor(detector: Detector, options: TrainingOptions) {
    this.#detector = detector;
    this.#options = options;
    this.#values = options.configuration.values;
    this.#lossOptions = {
      classLoss: this.#values.classLoss as LossOptions['classLoss'],
      negativesPerPositive: this.#values.negativesPerPositive as number,
      boxLoss: this.#values.boxLoss as LossOptions['boxLoss'],
      boxWeight: this.#values.boxWeight as number,
    };
    this.#anchors = anchorsOf(detector.plan);
    this.#batches = new Batches(options.images, this.#anchors, {
      size: detector.plan.inputSize,
      batch: this.#values.batch as number,
      augmentation: this.#values.augmentation as Augmentation,
      matchingIou: this.#values.matchingIou as number,
      seed: options.seed,
    });
    this.#schedule = new Schedule(options.budget);
    this.#learner = detector.startLearning({
      batch: this.#values.batch as number,
      optimiser: this.#values.optimiser as 'adam' | 'sgd',
    });
    this.#started = options.now();
    this.#saved = { step: undefined, at: this.#started };
  }

  async run(): Promise<TrainedDetector> {
    try {
      return await this.#train();
    } finally {
      this.#learner.dispose();
    }
  }

  async #train(): Promise<TrainedDetector> {
    const { resume, checkpoint, validate, signal } = this.#options;
    if (resume) this.#restore(resume);
    for (let over = this.#schedule.steps === this.#step; !over; ) {
      if (signal?.aborted) await this.#abort();
      const batch = await this.#batches.draw(this.#step);
      const loss = this.#learn(batch);
      this.#step++;
      over = this.#schedule.after(this.#step, this.#elapsed());
      if (validate && !over && this.#lookDue(validate.times)) await this.#validate(validate.images);
      this.#report(loss);
      if (checkpoint && !over && this.#options.now() - this.#saved.at >= checkpoint.every * 1000) {
        await this.#saveCheckpoint();
      }
      await tf.nextFrame();
    }
    this.#learner.publish();
    return {
      detector: this.#detector,
      steps: this.#step,
      budget: this.#schedule.budget ?? { steps: this.#step },
      seconds: this.#elapsed(),
      curve: this.#curve,
      loss: this.#recentLosses.reduce((sum, each) => sum + each, 0) / Math.max(1, this.#recentLosses.length),
    };
  }

  #elapsed(): number {
    return (this.#options.now() - this.#started) / 1000;
  }

  #learn(batch: Batch): BatchLoss {
    const { loss, norm } = this.#learner.gradient(batch.images, ({ logits, deltas }, room) =>
      batchLoss(logits, deltas, batch.targets, this.#anchors.boxes, this.#lossOptions, room),
    );
    if (!Number.isFinite(loss.total) || !Number.isFinite(norm)) {
      throw new TrainingError(
        'DIVERGED',
        `The loss is no longer a number at step ${this.#step}: lower learningRate (now ${this.#values.learningRate}).`,
        this.#step,
      );
    }
    const rate = (this.#values.learningRate as number) * this.#schedule.factor(this.#step);
    this.#learner.update(this.#step, rate);
    this.#recentLosses.push(loss.total);
    if (this.#recentLosses.length > LOSS_WINDOW) this.#recentLosses.shift();
    return loss;
  }

  #lookDue(times: number): boolean {
    const next = (this.#curve.length + 1) / (times + 1);
    return next < 1 && this.#schedule.share(this.#step, this.#elapsed()) >= next;
  }

  async #validate(images: ImageSource): Promise<void> {
    this.#learner.publish();
    const { ap } = await evaluateDetector(this.#detector, images);
    this.#curve.push({ step: this.#step, ap50: ap });
  }

  #report(loss: BatchLoss): void {
    const elapsed = this.#elapsed();
    const perStep = this.#schedule.secondsPerStep;
    this.#options.onProgress?.({
      step: this.#step,
      steps: this.#schedule.steps,
      loss: { classification: loss.classification, localisation: loss.localisation, total: loss.total },
      imagesPerSecond: (this.#values.batch as number) / (perStep ?? elapsed / this.#step),
      secondsLeft: this.#schedule.secondsLeft(this.#step, elapsed),
    });
  }

  async #abort(): Promise<never> {
    if (this.#saved.step !== this.#step) await this.#saveCheckpoint();
    throw new TrainingError('ABORTED', `Training was stopped after ${this.#step} steps.`, this.#step);
  }

  #identity(): string {
    const { configuration, images, seed } = this.#options;
    return `${configurationId(configuration)}/${images.count}/${seed}`;
  }

  async #saveCheckpoint(): Promise<void> {
    await this.#options.checkpoint?.save(this.#state());
    this.#saved = { step: this.#step, at: this.#options.now() };
  }

  #state(): Uint8Array {
    const { weights, ...state } = this.#learner.state();
    return encodeCheckpoint({
      run: {
        identity: this.#identity(),
        step: this.#step,
        seconds: this.#elapsed(),
        budget: this.#schedule.budget,
        curve: this.#curve,
      },
      ...state,
      weights: encodeWeights(weights),
    });
  }

  #restore(bytes: Uint8Array): void {
    const { run, weights, ...state } = decodeCheckpoint(bytes);
    const own = this.#learner.state();
    const fits =
      run.identity === this.#identity() &&
      state.averaged.length === own.averaged.length &&
      state.momentum.length === own.momentum.length &&
      state.variance.length === own.variance.length;
    if (!fits) {
      throw new TrainingError(
        'FOREIGN_CHECKPOINT',
        'The checkpoint is of another run (configuration, pictures or seed differ): delete it, or start with the same inputs.',
      );
    }
    this.#learner.restore({ ...state, weights: decodeWeights(weights) });
    this.#curve.push(...run.curve);
    this.#step = run.step;
    this.#saved = { ...this.#saved, step: run.step };
    this.#started -= run.seconds * 1000;
    if (run.budget) this.#schedule.restore(run.budget);
  }
}
