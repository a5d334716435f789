import { tf } from '@edgelore/tensor';
import {
  averagingAt,
  type Detector,
  type Learner,
  type LearnerState,
  type LearningOptions,
  type LossOf,
} from './detector.js';
import type { BatchLoss } from './losses.js';
import { clipGradient, Optimiser } from './optimiser.js';

/** What the network says of a batch of pictures; A anchors. */
export interface TensorOutput {
  /** [batch, A] log-odds of a face. */
  readonly logits: tf.Tensor2D;
  /** [batch, A, 4] */
  readonly deltas: tf.Tensor3D;
}

/** What a training on TensorFlow.js needs of its detector. */
interface Network extends Detector {
  readonly trainable: tf.Variable[];
  forward(images: tf.Tensor4D, training: boolean): TensorOutput;
}

/** Trains a detector by the automatic differentiation of TensorFlow.js; weights and their moments stay in plain arrays. */
export class TensorLearner implements Learner {
  readonly #network: Network;
  readonly #optimiser: Optimiser;
  readonly #weights: Float32Array;
  readonly #averaged: Float32Array;
  #gradient: Float32Array = new Float32Array(0);

  constructor(network: Network, { optimiser }: LearningOptions) {
    this.#network = network;
    this.#weights = flatten(network.trainable);
    this.#averaged = this.#weights.slice();
    this.#optimiser = new Optimiser({ kind: optimiser, decays: decayMask(network.trainable) });
  }

  gradient(images: Float32Array, lossOf: LossOf): { loss: BatchLoss; norm: number } {
    const { trainable, plan } = this.#network;
    const size = plan.inputSize;
    writeVariables(trainable, this.#weights);
    let loss: BatchLoss | undefined;
    const operation = tf.customGrad((...outputs) => {
      const [logits, deltas] = outputs as unknown as [tf.Tensor, tf.Tensor];
      const found = lossOf({ logits: logits.dataSync<'float32'>(), deltas: deltas.dataSync<'float32'>() });
      loss = found;
      return {
        value: tf.scalar(found.total),
        gradFunc: () => [tf.tensor(found.logitSlopes, logits.shape), tf.tensor(found.deltaSlopes, deltas.shape)],
      };
    });
    tf.tidy(() => {
      const batch = tf.tensor4d(images, [images.length / (3 * size * size), size, size, 3]);
      const { grads } = tf.variableGrads(() => {
        const { logits, deltas } = this.#network.forward(batch, true);
        return operation(logits, deltas) as tf.Scalar;
      }, trainable);
      this.#gradient = flatten(trainable.map((variable) => grads[variable.name] as tf.Tensor));
    });
    return { loss: loss as unknown as BatchLoss, norm: clipGradient(this.#gradient) };
  }

  update(step: number, rate: number): void {
    this.#optimiser.update(this.#weights, this.#gradient, step, rate);
    const kept = averagingAt(step);
    for (let i = 0; i < this.#averaged.length; i++) {
      this.#averaged[i] = kept * (this.#averaged[i] as number) + (1 - kept) * (this.#weights[i] as number);
    }
  }

  publish(): void {
    writeVariables(this.#network.trainable, this.#averaged);
  }

  state(): LearnerState {
    writeVariables(this.#network.trainable, this.#weights);
    const { momentum, variance } = this.#optimiser;
    return { weights: this.#network.exportWeights(), momentum, variance, averaged: this.#averaged };
  }

  restore({ weights, momentum, variance, averaged }: LearnerState): void {
    this.#network.importWeights(weights);
    this.#weights.set(flatten(this.#network.trainable));
    this.#optimiser.momentum.set(momentum);
    this.#optimiser.variance.set(variance);
    this.#averaged.set(averaged);
  }

  dispose(): void {}
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
