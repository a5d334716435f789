import { affine } from '../affine.js';
import { depthwise } from '../depthwise.js';
import { depthwiseShape } from '../depthwise-shape.js';
import { activate, add, copyRows } from '../elementwise.js';
import { batchNormTrain, batchNormTrainScratch } from '../normalisation.js';
import type { Operation, Pointer } from '../operation.js';
import { movingAverage } from '../optimiser.js';
import { averagePool, maxPool } from '../pooling.js';
import { resizeNearest } from '../resize.js';
import type { BatchNormNode, JoinNode } from './graph.js';
import { shapeOfGlobalPool, shapeOfPool, sizeOf } from './shapes.js';
import { isWeighted, readsOf, type Step } from './steps.js';
import type { Tape } from './tape.js';
import { prepareFilter, weigh, weighPrepared } from './weighted.js';

/** What normalisation by the batch leaves for the backward pass. */
export interface Moments {
  /** What was normalised: the step's own, or a value of the graph. */
  readonly x: Pointer;
  readonly owned: boolean;
  readonly mean: Pointer;
  readonly variance: Pointer;
  readonly inverse: Pointer;
}

/** A filter and offset that hold a step's normalisation by the running statistics, made of the parameters whenever these change. */
export interface FoldedFilter {
  readonly step: Step;
  readonly norm: BatchNormNode;
  readonly filter: Pointer;
  readonly bias: Pointer;
}

export interface ForwardPlan {
  readonly operations: readonly Operation[];
  /** To be run when the parameters, and with them the folded filters, have changed. */
  readonly preparation: readonly Operation[];
  readonly folded: readonly FoldedFilter[];
  readonly moments: ReadonlyMap<Step, Moments>;
}

/** Plans the pass from inputs to outputs, normalising by the batch in training and by the running statistics otherwise. */
export function planForward(tape: Tape, training: boolean): ForwardPlan {
  const operations: Operation[] = [];
  const preparation: Operation[] = [];
  const folded: FoldedFilter[] = [];
  const moments = new Map<Step, Moments>();
  for (const step of tape.checked.steps) {
    const { node, norm } = step;
    if (norm && training) {
      const left = allocateMoments(tape, step, norm);
      moments.set(step, left);
      operations.push(...normaliseStep(tape, step, norm, left));
    } else if (norm && !isWeighted(node)) {
      const filter = allocateFolded(tape, step, norm);
      folded.push(filter);
      operations.push(...foldedNorm(tape, filter));
    } else if (isWeighted(node)) {
      const fold = norm && allocateFolded(tape, step, norm);
      if (fold) folded.push(fold);
      const plain = fold?.filter ?? tape.parameter(node.filter);
      const bias = fold?.bias ?? (node.bias === undefined ? undefined : tape.parameter(node.bias));
      const input = tape.value(node.inputs[0] ?? '');
      const pointers = { input, bias, activation: step.activation };
      if (training) {
        operations.push(...weigh(tape, node, { ...pointers, filter: plain, output: tape.define(step.output) }));
      } else {
        const { operations: preparing, prepared: filter } = prepareFilter(tape, node, plain);
        preparation.push(...preparing);
        operations.push(...weighPrepared(tape, node, { ...pointers, filter, output: tape.define(step.output) }));
      }
    } else {
      operations.push(...plainStep(tape, step));
    }
    for (const name of readsOf(step)) tape.leave(name);
  }
  for (const [{ norm }, { mean, variance }] of moments) {
    if (!norm) continue;
    const [channels] = tape.shapeOfParameter(norm.mean) as [number];
    operations.push(
      ...movingAverage(channels, norm.momentum, { x: mean, average: tape.parameter(norm.mean) }),
      ...movingAverage(channels, norm.momentum, { x: variance, average: tape.parameter(norm.variance) }),
    );
  }
  return { operations, preparation, folded, moments };
}

function allocateMoments(tape: Tape, { node }: Step, norm: BatchNormNode): Moments {
  const [, , channels] = tape.shape(norm.name);
  const owned = node !== norm;
  const x = owned ? tape.floats(tape.count(node.name)) : tape.value(norm.inputs[0] ?? '');
  return { x, owned, mean: tape.floats(channels), variance: tape.floats(channels), inverse: tape.floats(channels) };
}

function normaliseStep(tape: Tape, step: Step, norm: BatchNormNode, { x, mean, variance, inverse }: Moments) {
  const operations: Operation[] = [];
  const { node, activation } = step;
  if (isWeighted(node)) {
    const [input, filter] = [tape.value(node.inputs[0] ?? ''), tape.parameter(node.filter)];
    const bias = node.bias === undefined ? undefined : tape.parameter(node.bias);
    operations.push(...weigh(tape, node, { input, filter, bias, activation: 'none', output: x }));
  }
  const [, , channels] = tape.shape(norm.name);
  const shape = { rows: tape.count(norm.name) / channels, channels, epsilon: norm.epsilon, activation };
  const [scale, shift] = [tape.parameter(norm.scale), tape.parameter(norm.shift)];
  const addend = step.addend === undefined ? {} : { addend: tape.value(step.addend) };
  const y = tape.define(step.output);
  operations.push(
    ...tape.withScratch(batchNormTrainScratch(shape), (scratch) =>
      batchNormTrain(shape, { x, scale, shift, ...addend, y, mean, variance, inverse, scratch }),
    ),
  );
  return operations;
}

function allocateFolded(tape: Tape, step: Step, norm: BatchNormNode): FoldedFilter {
  const [, , channels] = tape.shape(norm.name);
  const count = isWeighted(step.node) ? sizeOf(tape.shapeOfParameter(step.node.filter)) : channels;
  return { step, norm, filter: tape.lasting(count), bias: tape.lasting(channels) };
}

/** A normalisation without a convolution before it is a depthwise one of a single tap. */
function foldedNorm(tape: Tape, { step, norm, filter, bias }: FoldedFilter): readonly Operation[] {
  const [height, width, channels] = tape.shape(norm.name);
  const input = [tape.batch, height, width, channels] as const;
  const shape = depthwiseShape({ input, filter: [1, 1, channels, 1], strides: 1, padding: 'valid' });
  const pointers = { input: tape.value(norm.inputs[0] ?? ''), filter, bias, activation: step.activation };
  return depthwise(shape, { ...pointers, output: tape.define(step.output) });
}

function plainStep(tape: Tape, { node, output }: Step): readonly Operation[] {
  const [name = '', other = ''] = node.inputs;
  const count = tape.count(output);
  const [height, width, channels] = tape.shape(name);
  const x = tape.value(name);
  switch (node.kind) {
    case 'add': {
      const b = tape.value(other);
      return add(count, { a: x, b, y: tape.defineOver(output, name) });
    }
    case 'activation':
      return activate(count, node.activation, { x, y: tape.defineOver(output, name) });
    case 'affine':
      return affine(count, node, { x, y: tape.defineOver(output, name) });
    case 'maxPool':
      return maxPool(shapeOfPool(node, tape.batch, tape.shape(name)), { input: x, output: tape.define(output) });
    case 'averagePool':
      return averagePool(shapeOfPool(node, tape.batch, tape.shape(name)), { input: x, output: tape.define(output) });
    case 'globalAveragePool':
      return averagePool(shapeOfGlobalPool(tape.batch, tape.shape(name)), { input: x, output: tape.define(output) });
    case 'resizeNearest': {
      const [outHeight, outWidth] = node.size;
      const shape = { batch: tape.batch, height, width, channels, outHeight, outWidth };
      return resizeNearest(shape, { input: x, output: tape.define(output) });
    }
    case 'join': {
      const y = tape.define(output);
      return joinedRows(tape, node).flatMap(({ input, at, width, total }) =>
        copyRows({ rows: tape.batch, width, stepX: width, stepY: total }, { x: tape.value(input), y: y + 4 * at }),
      );
    }
    default:
      throw new RangeError(`a ${node.kind} is no plain step`);
  }
}

/** Where the numbers of each joined value lie among those of an item. */
export function joinedRows(tape: Tape, { inputs, name }: JoinNode) {
  const total = tape.count(name) / tape.batch;
  let at = 0;
  return inputs.map((input) => {
    const width = tape.count(input) / tape.batch;
    const row = { input, at, width, total };
    at += width;
    return row;
  });
}
