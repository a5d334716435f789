import { type Configuration, configurationId } from '@edgelore/search-space';
import { tf } from '@edgelore/tensor';
import { type Anchors, anchorsOf } from './anchors.js';
import type { Augmentation } from './augmentation.js';
import { type Batch, Batches } from './batches.js';
import { type CurvePoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';
import { evaluateDetector } from './detect.js';
import type { ImageSource } from './labelled-image.js';
import { type BatchLoss, batchLoss, type LossOptions } from './losses.js';
import { buildDetector, type Detector } from './network.js';
import { clipGradient, Optimiser } from './optimiser.js';
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
  /** Held-out pictures that are looked at every so many steps; they never change the training. */
  readonly validate?: { readonly images: ImageSource; readonly every: number };
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

/** Share of the averaged weights kept at each step, once enough steps have been seen. */
const AVERAGING = 0.998;
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
  readonly #optimiser: Optimiser;
  readonly #parameters: Float32Array;
  readonly #averaged: Float32Array;
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
    this.#parameters = readVariables(detector.trainable);
    this.#averaged = this.#parameters.slice();
    this.#optimiser = new Optimiser({
      kind: this.#values.optimiser as 'adam' | 'sgd',
      decays: decayMask(detector.trainable),
    });
    this.#started = options.now();
    this.#saved = { step: undefined, at: this.#started };
  }

  async run(): Promise<TrainedDetector> {
    const { resume, checkpoint, validate, signal } = this.#options;
    if (resume) this.#restore(resume);
    for (let over = this.#schedule.steps === this.#step; !over; ) {
      if (signal?.aborted) await this.#abort();
      const batch = await this.#batches.draw(this.#step);
      const loss = this.#learn(batch);
      this.#step++;
      if (validate && this.#step % validate.every === 0) await this.#validate(validate.images);
      over = this.#schedule.after(this.#step, this.#elapsed());
      this.#report(loss);
      if (checkpoint && !over && this.#options.now() - this.#saved.at >= checkpoint.every * 1000) {
        await this.#saveCheckpoint();
      }
      await tf.nextFrame();
    }
    writeVariables(this.#detector.trainable, this.#averaged);
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
    const { gradient, loss } = batchGradient(this.#detector, batch, this.#anchors, this.#lossOptions);
    if (!Number.isFinite(loss.total) || !Number.isFinite(clipGradient(gradient))) {
      throw new TrainingError(
        'DIVERGED',
        `The loss is no longer a number at step ${this.#step}: lower learningRate (now ${this.#values.learningRate}).`,
        this.#step,
      );
    }
    const rate = (this.#values.learningRate as number) * this.#schedule.factor(this.#step);
    this.#optimiser.update(this.#parameters, gradient, this.#step, rate);
    writeVariables(this.#detector.trainable, this.#parameters);
    const kept = Math.min(AVERAGING, (1 + this.#step) / (10 + this.#step));
    for (let i = 0; i < this.#averaged.length; i++) {
      this.#averaged[i] = kept * (this.#averaged[i] as number) + (1 - kept) * (this.#parameters[i] as number);
    }
    this.#recentLosses.push(loss.total);
    if (this.#recentLosses.length > LOSS_WINDOW) this.#recentLosses.shift();
    return loss;
  }

  async #validate(images: ImageSource): Promise<void> {
    writeVariables(this.#detector.trainable, this.#averaged);
    const { ap } = await evaluateDetector(this.#detector, images);
    writeVariables(this.#detector.trainable, this.#parameters);
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
    return encodeCheckpoint({
      run: {
        identity: this.#identity(),
        step: this.#step,
        seconds: this.#elapsed(),
        budget: this.#schedule.budget,
        curve: this.#curve,
      },
      weights: encodeWeights(this.#detector.exportWeights()),
      momentum: this.#optimiser.momentum,
      variance: this.#optimiser.variance,
      averaged: this.#averaged,
    });
  }

  #restore(bytes: Uint8Array): void {
    const { run, weights, momentum, variance, averaged } = decodeCheckpoint(bytes);
    const fits =
      run.identity === this.#identity() &&
      averaged.length === this.#averaged.length &&
      momentum.length === this.#optimiser.momentum.length &&
      variance.length === this.#optimiser.variance.length;
    if (!fits) {
      throw new TrainingError(
        'FOREIGN_CHECKPOINT',
        'The checkpoint is of another run (configuration, pictures or seed differ): delete it, or start with the same inputs.',
      );
    }
    this.#detector.importWeights(decodeWeights(weights));
    this.#parameters.set(readVariables(this.#detector.trainable));
    this.#optimiser.momentum.set(momentum);
    this.#optimiser.variance.set(variance);
    this.#averaged.set(averaged);
    this.#curve.push(...run.curve);
    this.#step = run.step;
    this.#saved = { ...this.#saved, step: run.step };
    this.#started -= run.seconds * 1000;
    if (run.budget) this.#schedule.restore(run.budget);
  }
}

/** Loss of a batch and its gradient by all trainable variables, flat in their order. */
function batchGradient(
  detector: Detector,
  batch: Batch,
  anchors: Anchors,
  options: LossOptions,
): { gradient: Float32Array; loss: BatchLoss } {
  const size = detector.plan.inputSize;
  const pictures = batch.targets.face.length / anchors.count;
  let found: BatchLoss | undefined;
  const lossOf = tf.customGrad((...outputs) => {
    const [logits, deltas] = outputs as unknown as [tf.Tensor, tf.Tensor];
    const loss = batchLoss(
      logits.dataSync<'float32'>(),
      deltas.dataSync<'float32'>(),
      batch.targets,
      anchors.boxes,
      options,
    );
    found = loss;
    return {
      value: tf.scalar(loss.total),
      gradFunc: () => [tf.tensor(loss.logitSlopes, logits.shape), tf.tensor(loss.deltaSlopes, deltas.shape)],
    };
  });
  let gradient: Float32Array = new Float32Array(0);
  tf.tidy(() => {
    const images = tf.tensor4d(batch.images, [pictures, size, size, 3]);
    const { grads } = tf.variableGrads(() => {
      const { logits, deltas } = detector.forward(images, true);
      return lossOf(logits, deltas) as tf.Scalar;
    }, [...detector.trainable]);
    gradient = flatten(detector.trainable.map((variable) => grads[variable.name] as tf.Tensor));
  });
  return { gradient, loss: found as unknown as BatchLoss };
}

function flatten(tensors: readonly tf.Tensor[]): Float32Array {
  const flat = new Float32Array(tensors.reduce((sum, tensor) => sum + tensor.size, 0));
  let at = 0;
  for (const tensor of tensors) {
    flat.set(tensor.dataSync<'float32'>(), at);
    at += tensor.size;
  }
  return flat;
}

function readVariables(variables: readonly tf.Variable[]): Float32Array {
  return flatten(variables);
}

function writeVariables(variables: readonly tf.Variable[], flat: Float32Array): void {
  let at = 0;
  for (const variable of variables) {
    const values = tf.tensor(flat.slice(at, at + variable.size), variable.shape);
    variable.assign(values);
    values.dispose();
    at += variable.size;
  }
}

/** Weights of convolutions decay; offsets and the scales of normalisation (one axis) do not. */
function decayMask(variables: readonly tf.Variable[]): Uint8Array {
  const mask = new Uint8Array(variables.reduce((sum, variable) => sum + variable.size, 0));
  let at = 0;
  for (const variable of variables) {
    if (variable.rank > 1) mask.fill(1, at, at + variable.size);
    at += variable.size;
  }
  return mask;
}
