import { compileTraining, type Graph, type KernelRuntime, type TrainingModel } from '@edgelore/kernels';
import { averagingAt, type Learner, type LearnerState, type LearningOptions, type LossOf } from './detector.js';
import { type BatchLoss, FOCAL_ALPHA } from './losses.js';
import { CLIP_NORM, WEIGHT_DECAY } from './optimiser.js';
import type { DetectorWeights } from './weights.js';

/** What a training on the kernels needs of its detector. */
interface Network {
  readonly runtime: KernelRuntime;
  readonly graph: Graph;
  readonly parameters: Float32Array;
  setParameters(values: Float32Array): void;
  importWeights(weights: DetectorWeights): unknown;
  weightsOf(parameters: Float32Array): DetectorWeights;
}

/** Trains a detector on a plan of its network for one size of batch. */
export class CompiledLearner implements Learner {
  readonly #network: Network;
  readonly #model: TrainingModel;
  readonly #weightDecay: number;
  #norm = 0;

  constructor(network: Network, { batch, optimiser }: LearningOptions) {
    this.#network = network;
    this.#weightDecay = WEIGHT_DECAY[optimiser];
    this.#model = compileTraining(network.runtime, network.graph, { batch, optimiser });
    this.#model.parameters.set(network.parameters);
    this.#model.averaged.set(network.parameters.subarray(0, this.#model.averaged.length));
  }

  gradient(images: Float32Array, lossOf: LossOf): { loss: BatchLoss; norm: number } {
    const model = this.#model;
    model.input('image').set(images);
    model.forward();
    const loss = lossOf(
      { logits: model.output('logits'), deltas: model.output('deltas') },
      {
        logitSlopes: model.outputGradient('logits'),
        deltaSlopes: model.outputGradient('deltas'),
        focal: (faces, factor) => model.focalLoss('logits', faces, { balance: FOCAL_ALPHA, factor }),
      },
    );
    model.backward();
    this.#norm = model.gradientNorm();
    return { loss, norm: this.#norm };
  }

  update(step: number, rate: number): void {
    const factor = this.#norm > CLIP_NORM ? CLIP_NORM / this.#norm : 1;
    this.#model.update({ step, rate, weightDecay: this.#weightDecay, factor, kept: averagingAt(step) });
  }

  publish(): void {
    this.#network.setParameters(this.#model.parameters);
    this.#network.setParameters(this.#model.averaged);
  }

  state(): LearnerState {
    const { parameters, momentum, variance, averaged } = this.#model;
    return { weights: this.#network.weightsOf(parameters), momentum, variance, averaged };
  }

  restore({ weights, momentum, variance, averaged }: LearnerState): void {
    this.#network.importWeights(weights);
    this.#model.parameters.set(this.#network.parameters);
    this.#model.momentum.set(momentum);
    this.#model.variance.set(variance);
    this.#model.averaged.set(averaged);
  }

  dispose(): void {
    this.#model.dispose();
  }
}
