import type { Configuration, DetectorPlan } from '@edgelore/search-space';
import type { BatchLoss, LossRoom } from './losses.js';
import type { DetectorWeights } from './weights.js';

/** What a detector says of a batch of pictures; A anchors, in the plan's order: level, row, column, anchor. */
export interface DetectorOutput {
  /** [batch * A] log-odds of a face. */
  readonly logits: Float32Array;
  /** [batch * A * 4] */
  readonly deltas: Float32Array;
}

/** A face detector: a network of a configuration with its weights, until `dispose`. */
export interface Detector {
  readonly configuration: Configuration;
  readonly plan: DetectorPlan;
  /**
   * Runs the network, normalising by the running statistics.
   *
   * @param images [batch, size, size, 3], RGB from 0 to 255
   * @returns arrays that the next call may write over
   */
  predict(images: Float32Array): DetectorOutput;
  /** Begins a training from the weights as they are. One at a time. */
  startLearning(options: LearningOptions): Learner;
  /** A copy of every tensor, running statistics included. */
  exportWeights(): DetectorWeights;
  /** Takes over tensors that agree in name and shape, and says how many of its own it found. */
  importWeights(weights: DetectorWeights): { readonly matched: number; readonly total: number };
  dispose(): void;
}

export interface LearningOptions {
  /** Pictures of a step. */
  readonly batch: number;
  readonly optimiser: 'adam' | 'sgd';
}

export type LossOf = (output: DetectorOutput, room?: LossRoom) => BatchLoss;

/** A detector in training. What it learns is the detector's from `publish` on. */
export interface Learner {
  /**
   * Runs the network on a batch, normalising by it (the running statistics follow), and finds the slopes of a loss by every weight.
   *
   * @param images [batch, size, size, 3], RGB from 0 to 255
   * @param lossOf finds a loss and its slopes; where it is given a room, they belong there
   * @returns the loss, and the length of the gradient as a vector
   */
  gradient(images: Float32Array, lossOf: LossOf): { loss: BatchLoss; norm: number };
  /** A step down the last gradient, cut to {@link CLIP_NORM}; the running mean of the weights follows. `step` counts from 0. */
  update(step: number, rate: number): void;
  /** Gives the detector the running mean of the weights. */
  publish(): void;
  state(): LearnerState;
  restore(state: LearnerState): void;
  dispose(): void;
}

/** Everything that a training needs to go on exactly. Flat, trainable weights in the order of the plan. */
export interface LearnerState {
  /** As last stepped, not averaged; with running statistics. */
  readonly weights: DetectorWeights;
  /** First moment of Adam, velocity of gradient descent. */
  readonly momentum: Float32Array;
  /** Second moment of Adam; empty for gradient descent. */
  readonly variance: Float32Array;
  /** Running mean of the weights (Polyak averaging). */
  readonly averaged: Float32Array;
}

/** Added to a variance before its root is taken. */
export const EPSILON = 1e-3;
/** Share of the old running statistics kept at each step: a few dozen steps to follow, for trainings of a few hundred. */
export const MOMENTUM = 0.9;
export const PIXEL_MEAN = 127.5;
export const PIXEL_DEVIATION = 64;
/** Share of the averaged weights kept at each step, once enough steps have been seen. */
const AVERAGING = 0.998;

/** Share of the averaged weights kept at a step, which counts from 0. */
export function averagingAt(step: number): number {
  return Math.min(AVERAGING, (1 + step) / (10 + step));
}
