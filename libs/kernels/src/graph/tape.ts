import type { Operation, Pointer } from '../operation.js';
import type { ValueShape } from './graph.js';
import { sizeOf } from './shapes.js';
import { Space } from './space.js';
import { type CheckedGraph, readsOf } from './steps.js';

/**
 * Buffers while a plan is made. A plan is made twice: over address 0 to learn how much it needs, then over the block that it gets. So that everything has one
 * place, parameters and outputs lie in that block too; they are never given back.
 */
export class Tape {
  /** All parameters side by side, in the order of the graph. */
  readonly parameters: Pointer;
  readonly parameterCount: number;
  /** Of the first so many numbers among the parameters training changes each. */
  readonly trainableCount: number;
  /** What is to be cleared before the first run. */
  readonly zeros: { readonly pointer: Pointer; readonly count: number }[] = [];
  private readonly space: Space;
  private readonly values = new Map<string, Pointer>();
  private readonly places = new Map<string, number>();
  /** How often each value will still be read. */
  private readonly reads = new Map<string, number>();

  /** @param keep whether values outlive their readers, until `leave` is called once more */
  constructor(
    readonly checked: CheckedGraph,
    readonly batch: number,
    base: Pointer,
    keep: boolean,
  ) {
    const { inputs, outputs, parameters } = checked.graph;
    this.space = new Space(base);
    let count = 0;
    for (const { name, shape } of parameters) {
      this.places.set(name, count);
      count += sizeOf(shape);
    }
    this.parameterCount = count;
    this.trainableCount = parameters.reduce((sum, { shape, trainable }) => sum + (trainable ? sizeOf(shape) : 0), 0);
    this.parameters = this.lasting(count);
    for (const step of checked.steps) {
      this.reads.set(step.output, (this.reads.get(step.output) ?? 0) + (keep ? 1 : 0));
      for (const name of readsOf(step)) this.reads.set(name, (this.reads.get(name) ?? 0) + 1);
    }
    for (const name of [...inputs.map((input) => input.name), ...outputs])
      this.reads.set(name, Number.POSITIVE_INFINITY);
    for (const { name } of inputs) this.values.set(name, this.lasting(this.count(name)));
  }

  /** Bytes of the block. */
  get bytes(): number {
    return this.space.bytes;
  }

  /** Where a parameter lies among all, in numbers. */
  place(parameter: string): number {
    return this.places.get(parameter) as number;
  }

  parameter(name: string): Pointer {
    return this.parameters + 4 * this.place(name);
  }

  isTrainable(parameter: string): boolean {
    return this.checked.parameters.get(parameter)?.trainable ?? false;
  }

  shapeOfParameter(name: string): readonly number[] {
    return this.checked.parameters.get(name)?.shape ?? [];
  }

  shape(value: string): ValueShape {
    return this.checked.shapes.get(value) as ValueShape;
  }

  /** Numbers of a value in the whole batch. */
  count(value: string): number {
    return this.batch * sizeOf(this.shape(value));
  }

  floats(count: number): Pointer {
    return this.space.allocate(4 * count);
  }

  /** Room that nothing else ever uses, for what lasts from one run to the next. It starts as zeros. */
  lasting(count: number): Pointer {
    const pointer = this.space.reserve(4 * count);
    this.zeros.push({ pointer, count });
    return pointer;
  }

  free(pointer: Pointer): void {
    this.space.free(pointer);
  }

  /** Operations with memory of their own, free again after them. */
  withScratch(bytes: number, operations: (scratch: Pointer) => readonly Operation[]): readonly Operation[] {
    const scratch = this.space.allocate(bytes);
    this.space.free(scratch);
    return operations(scratch);
  }

  value(name: string): Pointer {
    return this.values.get(name) as Pointer;
  }

  define(name: string): Pointer {
    const pointer = this.floats(this.count(name));
    this.values.set(name, pointer);
    return pointer;
  }

  /** Room for a value: that of `over` where its last reader writes this value. For operations that may write over what they read. */
  defineOver(name: string, over: string): Pointer {
    if (this.reads.get(over) !== 1) return this.define(name);
    const pointer = this.value(over);
    this.values.delete(over);
    this.values.set(name, pointer);
    return pointer;
  }

  /** A reader fewer; the last one gives the room back. */
  leave(name: string): void {
    const left = (this.reads.get(name) as number) - 1;
    this.reads.set(name, left);
    const pointer = this.values.get(name);
    if (left > 0 || pointer === undefined) return;
    this.space.free(pointer);
    this.values.delete(name);
  }
}
