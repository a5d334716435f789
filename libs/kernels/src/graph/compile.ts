import { requireSizes } from '../convolution-shape.js';
import { type FocalSettings, focalLoss, focalLossScratch } from '../focal.js';
import { KernelError } from '../kernel.error.js';
import type { Arena } from '../memory.js';
import type { Pointer } from '../operation.js';
import { adamStep, movingAverage, sgdStep, sumOfSquares, sumOfSquaresScratch } from '../optimiser.js';
import type { KernelRuntime, Program } from '../runtime.js';
import { type BackwardPlan, planBackward } from './backward.js';
import { type FoldedFilter, type ForwardPlan, planForward } from './forward.js';
import type { Graph } from './graph.js';
import { sizeOf } from './shapes.js';
import { type CheckedGraph, checkGraph, isWeighted } from './steps.js';
import { Tape } from './tape.js';
import { Views } from './views.js';

/** Where a parameter lies among all, in numbers. */
export interface ParameterPlace {
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  readonly offset: number;
  readonly size: number;
}

/** The parameters of a graph as they lie in a compiled model, the trainable ones first. */
export function parameterPlaces(graph: Graph): ParameterPlace[] {
  let offset = 0;
  return graph.parameters.map((parameter) => {
    const place = { ...parameter, offset, size: sizeOf(parameter.shape) };
    offset += place.size;
    return place;
  });
}

/**
 * Plans a graph for pictures to be looked at: normalisation folded into the filters, buffers used again as soon as nobody reads them.
 *
 * @throws KernelError GRAPH, SHAPE, MEMORY
 *
 * @example
 * const model = compile(runtime, graph, { batch: 1 });
 * model.load(parameters);
 * model.input('image').set(pixels);
 * model.run();
 * const scores = model.output('scores');
 */
export function compile(runtime: KernelRuntime, graph: Graph, options: { readonly batch: number }): CompiledModel {
  return new CompiledModel(runtime, graph, options.batch);
}

export interface TrainingOptions {
  readonly batch: number;
  readonly optimiser: 'adam' | 'sgd';
}

/**
 * Plans a graph to be trained.
 *
 * @throws KernelError GRAPH, SHAPE, MEMORY
 *
 * @example
 * const model = compileTraining(runtime, graph, { batch: 16, optimiser: 'adam' });
 * model.parameters.set(start);
 * model.input('image').set(pixels);
 * model.forward();
 * model.outputGradient('scores').set(slopesOf(model.output('scores')));
 * model.backward();
 * model.update({ step: 0, rate: 0.01, weightDecay: 0.01, kept: 0.99 });
 */
export function compileTraining(runtime: KernelRuntime, graph: Graph, options: TrainingOptions): TrainingModel {
  return new TrainingModel(runtime, graph, options);
}

/** A plan over the block that it got. */
interface Planned {
  readonly tape: Tape;
  readonly forward: ForwardPlan;
}

abstract class Model<Plan extends Planned> {
  protected readonly arena: Arena;
  protected readonly views: Views;
  protected readonly plan: Plan;
  private readonly passes: Program;
  private ended = false;

  constructor(
    protected readonly runtime: KernelRuntime,
    checked: CheckedGraph,
    readonly batch: number,
    make: (checked: CheckedGraph, base: Pointer) => Plan,
  ) {
    requireSizes(`batch ${batch}`, [batch]);
    const { bytes } = make(checked, 0).tape;
    this.arena = runtime.openArena();
    this.views = new Views(runtime);
    try {
      this.plan = make(checked, this.arena.allocate(bytes));
      this.passes = runtime.program(this.plan.forward.operations, this.arena);
      for (const { pointer, count } of this.plan.tape.zeros) runtime.floats(pointer, count).fill(0);
    } catch (error) {
      this.arena.dispose();
      throw error;
    }
  }

  /** Bytes of everything that the model holds. */
  get bytes(): number {
    return this.arena.bytes;
  }

  /** [batch, ...] of an input, for the caller to fill. Valid until memory is next allocated, as all arrays of a model. */
  input(name: string): Float32Array {
    return this.value(
      name,
      this.plan.tape.checked.graph.inputs.some((input) => input.name === name),
    );
  }

  /** [batch, ...] of an output, as the last run left it. */
  output(name: string): Float32Array {
    return this.value(name, this.plan.tape.checked.graph.outputs.includes(name));
  }

  /** Gives the memory back. */
  dispose(): void {
    if (!this.ended) this.arena.dispose();
    this.ended = true;
  }

  protected pass(program: Program = this.passes): void {
    if (this.ended) throw new KernelError('DISPOSED', 'the model has been disposed of');
    this.runtime.run(program);
  }

  protected array(pointer: Pointer, count: number): Float32Array {
    if (this.ended) throw new KernelError('DISPOSED', 'the model has been disposed of');
    return this.views.floats(pointer, count);
  }

  private value(name: string, known: boolean): Float32Array {
    if (!known) throw new KernelError('GRAPH', `The graph has no input or output "${name}".`);
    const { tape } = this.plan;
    return this.array(tape.value(name), tape.count(name));
  }
}

export class CompiledModel extends Model<Planned> {
  constructor(runtime: KernelRuntime, graph: Graph, batch: number) {
    super(runtime, checkGraph(graph), batch, (checked, base) => {
      const tape = new Tape(checked, batch, base, false);
      return { tape, forward: planForward(tape, false) };
    });
  }

  /**
   * Takes over all parameters, laid out as {@link parameterPlaces} says.
   *
   * @throws KernelError SHAPE when there are more or fewer of them
   */
  load(values: Float32Array): void {
    const { tape, forward } = this.plan;
    if (values.length !== tape.parameterCount) {
      throw new KernelError('SHAPE', `the graph has ${tape.parameterCount} parameters, not ${values.length}`);
    }
    this.array(tape.parameters, tape.parameterCount).set(values);
    for (const folded of forward.folded) this.fold(values, folded);
    this.runtime.perform(forward.preparation);
  }

  /** Computes the outputs of the inputs. */
  run(): void {
    this.pass();
  }

  private fold(values: Float32Array, { step, norm, filter, bias }: FoldedFilter): void {
    const { tape } = this.plan;
    const { node } = step;
    const numbers = (name: string) => {
      const first = tape.place(name);
      return values.subarray(first, first + sizeOf(tape.shapeOfParameter(name)));
    };
    const [scale, shift] = [numbers(norm.scale), numbers(norm.shift)];
    const [mean, variance] = [numbers(norm.mean), numbers(norm.variance)];
    const channels = scale.length;
    const kernel = isWeighted(node) ? numbers(node.filter) : new Float32Array(channels).fill(1);
    const before = isWeighted(node) && node.bias !== undefined ? numbers(node.bias) : new Float32Array(channels);
    const gain = Float64Array.from(scale, (value, c) => value / Math.sqrt((variance[c] as number) + norm.epsilon));
    const folded = this.array(filter, kernel.length);
    // The last axis that is not 1 is the channels', whatever the filter.
    for (let i = 0; i < kernel.length; i++) folded[i] = (kernel[i] as number) * (gain[i % channels] as number);
    const offset = this.array(bias, channels);
    for (let c = 0; c < channels; c++) {
      const distance = (before[c] as number) - (mean[c] as number);
      offset[c] = (shift[c] as number) + (gain[c] as number) * distance;
    }
  }
}

/** A step of an optimiser; what the kernels of the optimiser know beyond is as `adamStep` and `sgdStep` have it by default. */
export interface UpdateSettings {
  /** Counts from 0. */
  readonly step: number;
  readonly rate: number;
  /** Share of the weights taken off at a rate of 1. Vectors, such as offsets and scales, do not decay. */
  readonly weightDecay: number;
  /** The gradient is multiplied by this first; 1 by default. */
  readonly factor?: number;
  /** Share of the running mean of the parameters that is kept. */
  readonly kept: number;
}

interface PlannedTraining extends Planned {
  readonly backward: BackwardPlan;
  readonly momentum: Pointer;
  readonly variance: Pointer;
  readonly averaged: Pointer;
  readonly decays: Pointer;
  readonly squares: Pointer;
  readonly scratch: Pointer;
  /** Room for the class of each number of an output. */
  readonly classes: ReadonlyMap<string, Pointer>;
}

export class TrainingModel extends Model<PlannedTraining> {
  private readonly back: Program;
  private readonly norm: Program;
  private readonly optimiser: 'adam' | 'sgd';

  constructor(runtime: KernelRuntime, graph: Graph, { batch, optimiser }: TrainingOptions) {
    super(runtime, checkGraph(graph, true), batch, (checked, base) => {
      const tape = new Tape(checked, batch, base, true);
      const forward = planForward(tape, true);
      const backward = planBackward(tape, forward.moments);
      const count = tape.trainableCount;
      const outputs = graph.outputs.map((name) => tape.count(name));
      if (count === 0) throw new KernelError('GRAPH', 'The graph has nothing to train: mark parameters as trainable.');
      return {
        tape,
        forward,
        backward,
        momentum: tape.lasting(count),
        variance: tape.lasting(optimiser === 'adam' ? count : 0),
        averaged: tape.lasting(count),
        decays: tape.lasting(Math.ceil(count / 4)),
        squares: tape.lasting(2),
        scratch: tape.lasting(Math.max(sumOfSquaresScratch(count), ...outputs.map(focalLossScratch)) / 4),
        classes: new Map(graph.outputs.map((name) => [name, tape.lasting(tape.count(name))])),
      };
    });
    this.optimiser = optimiser;
    const { tape, backward, decays, squares: result, scratch } = this.plan;
    this.back = runtime.program(backward.operations, this.arena);
    this.norm = runtime.program(
      sumOfSquares(tape.trainableCount, { x: backward.gradient, result, scratch }),
      this.arena,
    );
    const mask = runtime.bytes(decays, tape.trainableCount);
    for (const { shape, trainable, offset, size } of parameterPlaces(graph)) {
      if (trainable && shape.length > 1) mask.fill(1, offset, offset + size);
    }
  }

  /** All parameters, laid out as {@link parameterPlaces} says. They may be written. */
  get parameters(): Float32Array {
    return this.array(this.plan.tape.parameters, this.plan.tape.parameterCount);
  }

  /** Slopes by the trainable parameters, of the last backward pass. */
  get gradient(): Float32Array {
    return this.array(this.plan.backward.gradient, this.plan.tape.trainableCount);
  }

  /** First moment of Adam, velocity of gradient descent. Written by `update`; the caller may restore it. */
  get momentum(): Float32Array {
    return this.array(this.plan.momentum, this.plan.tape.trainableCount);
  }

  /** Second moment of Adam; empty for gradient descent. */
  get variance(): Float32Array {
    return this.array(this.plan.variance, this.optimiser === 'adam' ? this.plan.tape.trainableCount : 0);
  }

  /** The running mean of the trainable parameters. Starts at 0: the caller sets it. */
  get averaged(): Float32Array {
    return this.array(this.plan.averaged, this.plan.tape.trainableCount);
  }

  /** Slopes by an output, for the caller to fill before `backward`. */
  outputGradient(name: string): Float32Array {
    return this.array(this.slopesOf(name), this.plan.tape.count(name));
  }

  /**
   * Focal loss of an output of log-odds, as {@link focalLoss} has it; its slopes are the output's.
   *
   * @param classes from 0 on a positive, -1 background, anything less is left out
   */
  focalLoss(output: string, classes: Int32Array, settings: FocalSettings): number {
    const { tape, classes: rooms, squares: loss, scratch } = this.plan;
    const slopes = this.outputGradient(output);
    if (classes.length !== slopes.length) {
      throw new KernelError('SHAPE', `"${output}" has ${slopes.length} numbers, not ${classes.length} classes`);
    }
    const room = rooms.get(output) as Pointer;
    this.runtime.integers(room, classes.length).set(classes);
    const pointers = { logits: tape.value(output), classes: room, slopes: this.slopesOf(output), loss, scratch };
    this.runtime.perform(focalLoss(classes.length, settings, pointers));
    return this.double(loss);
  }

  /** Computes the outputs of the inputs, normalising by the batch; the running statistics follow. */
  forward(): void {
    this.pass();
  }

  /** Computes `gradient` from the slopes by the outputs, after `forward`. */
  backward(): void {
    this.pass(this.back);
  }

  /** Length of the gradient as a vector. */
  gradientNorm(): number {
    this.pass(this.norm);
    return Math.sqrt(this.double(this.plan.squares));
  }

  /** A step of the optimiser, and of the running mean of the parameters. */
  update({ kept, ...settings }: UpdateSettings): void {
    const { tape, backward, momentum, variance, averaged: average, decays } = this.plan;
    const { parameters, trainableCount: count } = tape;
    const pointers = { parameters, gradient: backward.gradient, decays };
    const step =
      this.optimiser === 'adam'
        ? adamStep(count, settings, { ...pointers, momentum, variance })
        : sgdStep(count, settings, { ...pointers, velocity: momentum });
    this.runtime.perform([...step, ...movingAverage(count, kept, { x: parameters, average })]);
  }
  private slopesOf(output: string): Pointer {
    const pointer = this.plan.backward.outputGradients.get(output);
    if (pointer === undefined) throw new KernelError('GRAPH', `The graph has no output "${output}".`);
    return pointer;
  }

  private double(pointer: Pointer): number {
    return new Float64Array(this.runtime.memory.buffer, pointer, 1)[0] as number;
  }
}
