import { activateGradient, add, copyRows, scale } from '../elementwise.js';
import { batchNormGradient, batchNormGradientScratch } from '../normalisation.js';
import type { Operation, Pointer } from '../operation.js';
import { averagePoolGradient, maxPoolGradient } from '../pooling.js';
import { sumRows, sumRowsScratch } from '../reduction.js';
import { resizeNearestGradient } from '../resize.js';
import { joinedRows, type Moments } from './forward.js';
import type { BatchNormNode, WeightedNode } from './graph.js';
import { shapeOfGlobalPool, shapeOfPool, sizeOf } from './shapes.js';
import { isWeighted, readsOf, type Step } from './steps.js';
import type { Tape } from './tape.js';
import { weighFilterGradient, weighInputGradient } from './weighted.js';

export interface BackwardPlan {
  readonly operations: readonly Operation[];
  /** Slopes by the trainable parameters, laid out as these. */
  readonly gradient: Pointer;
  /** Slopes by the outputs, which the caller provides. */
  readonly outputGradients: ReadonlyMap<string, Pointer>;
}

/** A buffer of slopes. One that several hold is not written again. */
interface Slope {
  readonly pointer: Pointer;
  holders: number;
}

/** Plans the pass from slopes by the outputs to slopes by the trainable parameters, over what {@link planForward} left. */
export function planBackward(tape: Tape, moments: ReadonlyMap<Step, Moments>): BackwardPlan {
  return new Backward(tape, moments).plan();
}

class Backward {
  private readonly operations: Operation[] = [];
  private readonly slopes = new Map<string, Slope>();
  private readonly gradient: Pointer;
  private readonly learning: ReadonlySet<string>;
  /** Those whose x has become a slope. */
  private readonly reused = new Set<Moments>();

  constructor(
    private readonly tape: Tape,
    private readonly moments: ReadonlyMap<Step, Moments>,
  ) {
    this.gradient = tape.lasting(tape.trainableCount);
    this.learning = learningValues(tape);
  }

  plan(): BackwardPlan {
    const { tape } = this;
    const outputs = tape.checked.graph.outputs.map((name) => [name, tape.lasting(tape.count(name))] as const);
    for (const [name, pointer] of outputs) {
      if (this.learning.has(name)) this.slopes.set(name, { pointer, holders: Number.POSITIVE_INFINITY });
    }
    for (const step of tape.checked.steps.toReversed()) {
      const slope = this.slopes.get(step.output);
      const moments = this.moments.get(step);
      if (slope) this.goBack(step, slope, moments);
      if (moments) {
        for (const pointer of [moments.mean, moments.variance, moments.inverse]) tape.free(pointer);
        if (moments.owned && !this.reused.has(moments)) tape.free(moments.x);
      }
      tape.leave(step.output);
    }
    return { operations: this.operations, gradient: this.gradient, outputGradients: new Map(outputs) };
  }

  private goBack(step: Step, slope: Slope, moments: Moments | undefined): void {
    const { node, norm, activation } = step;
    if (step.addend !== undefined) {
      slope.holders++;
      this.give(step.addend, slope);
    }
    if (norm && moments) {
      const inner = this.throughNorm(step, norm, moments, slope);
      if (isWeighted(node)) this.throughWeights(node, inner);
      else this.give(node.inputs[0] ?? '', inner);
    } else if (isWeighted(node)) {
      this.throughWeights(node, activation === 'none' ? slope : this.throughActivation(step, slope));
    } else this.throughPlain(step, slope);
  }

  private throughNorm(step: Step, norm: BatchNormNode, moments: Moments, slope: Slope): Slope {
    const { tape } = this;
    const { x, mean, inverse, owned } = moments;
    const [, , channels] = tape.shape(norm.name);
    const shape = {
      rows: tape.count(norm.name) / channels,
      channels,
      epsilon: norm.epsilon,
      activation: step.activation,
    };
    const takesX = owned && slope.holders > 1;
    if (takesX) this.reused.add(moments);
    const inner = takesX ? { pointer: x, holders: 1 } : this.over(slope, norm.name);
    const gradients = {
      inputGradient: inner.pointer,
      scaleGradient: this.slopeOf(norm.scale),
      shiftGradient: this.slopeOf(norm.shift),
    };
    const [scaling, shift] = [tape.parameter(norm.scale), tape.parameter(norm.shift)];
    const statistics = { x, mean, inverse, scale: scaling, shift };
    this.operations.push(
      ...tape.withScratch(batchNormGradientScratch(shape), (scratch) =>
        batchNormGradient(shape, { ...statistics, outputGradient: slope.pointer, ...gradients, scratch }),
      ),
    );
    if (inner !== slope) this.release(slope);
    return inner;
  }

  private throughActivation({ activation, output }: Step, slope: Slope): Slope {
    const inner = this.over(slope, output);
    const pointers = { y: this.tape.value(output), outputGradient: slope.pointer, inputGradient: inner.pointer };
    this.operations.push(...activateGradient(this.tape.count(output), activation, pointers));
    if (inner !== slope) this.release(slope);
    return inner;
  }

  private throughWeights(node: WeightedNode, slope: Slope): void {
    const { tape, operations } = this;
    const [name = ''] = node.inputs;
    const outputGradient = slope.pointer;
    if (node.bias !== undefined && tape.isTrainable(node.bias)) {
      const [, , channels] = tape.shape(node.name);
      const shape = { rows: tape.count(node.name) / channels, channels };
      const y = this.slopeOf(node.bias);
      operations.push(
        ...tape.withScratch(sumRowsScratch(shape), (scratch) => sumRows(shape, { x: outputGradient, y, scratch })),
      );
    }
    if (tape.isTrainable(node.filter)) {
      const pointers = { input: tape.value(name), outputGradient, filterGradient: this.slopeOf(node.filter) };
      operations.push(...weighFilterGradient(tape, node, pointers));
    }
    if (this.learning.has(name)) {
      const inner = this.fresh(name);
      const pointers = { outputGradient, filter: tape.parameter(node.filter), inputGradient: inner.pointer };
      operations.push(...weighInputGradient(tape, node, pointers));
      this.give(name, inner);
    }
    this.release(slope);
  }

  private throughPlain(step: Step, slope: Slope): void {
    const { tape, operations } = this;
    const { node, output } = step;
    const [name = ''] = node.inputs;
    const outputGradient = slope.pointer;
    switch (node.kind) {
      case 'activation':
        this.give(name, this.throughActivation(step, slope));
        return;
      case 'affine': {
        const inner = this.over(slope, output);
        operations.push(...scale(tape.count(output), node.factor, { x: outputGradient, y: inner.pointer }));
        if (inner !== slope) this.release(slope);
        this.give(name, inner);
        return;
      }
      case 'add': {
        const inputs = node.inputs.filter((input) => this.learning.has(input));
        slope.holders += inputs.length - 1;
        for (const input of inputs) this.give(input, slope);
        return;
      }
      case 'join':
        for (const { input, at, width, total } of joinedRows(tape, node)) {
          if (!this.learning.has(input)) continue;
          const inner = this.fresh(input);
          const pointers = { x: outputGradient + 4 * at, y: inner.pointer };
          operations.push(...copyRows({ rows: tape.batch, width, stepX: total, stepY: width }, pointers));
          this.give(input, inner);
        }
        this.release(slope);
        return;
      default: {
        const inner = this.fresh(name);
        operations.push(...this.spread(step, outputGradient, inner.pointer));
        this.give(name, inner);
        this.release(slope);
      }
    }
  }

  /** Slopes by the input of a node that reads several numbers for one or one for several. */
  private spread({ node, output }: Step, outputGradient: Pointer, inputGradient: Pointer): readonly Operation[] {
    const { tape } = this;
    const { batch } = tape;
    const [name = ''] = node.inputs;
    const shape = tape.shape(name);
    const pointers = { outputGradient, inputGradient };
    switch (node.kind) {
      case 'maxPool': {
        const values = { input: tape.value(name), output: tape.value(output) };
        return maxPoolGradient(shapeOfPool(node, batch, shape), { ...values, ...pointers });
      }
      case 'averagePool':
        return averagePoolGradient(shapeOfPool(node, batch, shape), pointers);
      case 'globalAveragePool':
        return averagePoolGradient(shapeOfGlobalPool(batch, shape), pointers);
      case 'resizeNearest': {
        const [height, width, channels] = shape;
        const [outHeight, outWidth] = node.size;
        return resizeNearestGradient({ batch, height, width, channels, outHeight, outWidth }, pointers);
      }
      default:
        throw new RangeError(`there is no way back through a ${node.kind}`);
    }
  }

  /** Where the slopes by a parameter go; those by a fixed one go nowhere. */
  private slopeOf(parameter: string): Pointer {
    const { tape } = this;
    if (tape.isTrainable(parameter)) return this.gradient + 4 * tape.place(parameter);
    return tape.lasting(sizeOf(tape.shapeOfParameter(parameter)));
  }

  private fresh(value: string): Slope {
    return { pointer: this.tape.floats(this.tape.count(value)), holders: 1 };
  }

  /** A buffer that may be written in place of a slope: its own where nobody else holds it. */
  private over(slope: Slope, value: string): Slope {
    return slope.holders === 1 ? slope : this.fresh(value);
  }

  private release(slope: Slope): void {
    slope.holders--;
    if (slope.holders === 0) this.tape.free(slope.pointer);
  }

  /** Adds slopes to those that other readers of a value gave. */
  private give(value: string, slope: Slope): void {
    if (!this.learning.has(value)) {
      this.release(slope);
      return;
    }
    const before = this.slopes.get(value);
    if (!before) {
      this.slopes.set(value, slope);
      return;
    }
    const sum = slope.holders === 1 ? slope : this.over(before, value);
    const pointers = { a: before.pointer, b: slope.pointer, y: sum.pointer };
    this.operations.push(...add(this.tape.count(value), pointers));
    for (const part of [before, slope]) if (part !== sum) this.release(part);
    this.slopes.set(value, sum);
  }
}

/** Values that depend on something trainable. */
function learningValues(tape: Tape): ReadonlySet<string> {
  const learning = new Set<string>();
  for (const step of tape.checked.steps) {
    const { node, norm, output } = step;
    const own = [
      ...(isWeighted(node) ? [node.filter, ...(node.bias === undefined ? [] : [node.bias])] : []),
      ...(norm ? [norm.scale, norm.shift] : []),
    ];
    if (own.some((name) => tape.isTrainable(name)) || readsOf(step).some((name) => learning.has(name))) {
      learning.add(output);
    }
  }
  return learning;
}
