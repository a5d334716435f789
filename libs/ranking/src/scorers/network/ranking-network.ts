import {
  type Activation,
  type Arena,
  activateGradient,
  adamStep,
  gemm,
  gemmScratch,
  type KernelRuntime,
  mix,
  type Operation,
  type Pointer,
  type Program,
  sumRows,
  sumRowsScratch,
} from '@edgelore/kernels';
import type { Random } from '@edgelore/tensor';
import { type NetworkShape, type ParameterPlaces, parameterPlaces } from './network-shape.js';

/** Items as a network reads them, for as many as it has room for. */
export interface NetworkBatch {
  /** One-hot operations, [items × cells × nodes, operations]. */
  readonly operations?: Float32Array;
  /** Messages, normalised, [items × cells, nodes, nodes] from row to column transposed: [to][from]. */
  readonly messages?: Float32Array;
  /** Read-out, [items × cells, nodes]: 1 / nodes at each node, 0 at padding. */
  readonly readout?: Float32Array;
  /** [items, features] */
  readonly features?: Float32Array;
}

/**
 * A network on kernels, with room for a fixed number of items: forward and backward pass are programs written once. Graph convolutions
 * along directed edges, h' = ReLU(b + (sum over in-neighbours j and itself of h_j / sqrt(outdegree_j indegree_i)) W), mean over nodes, cells side by
 * side, joined with flat features to an embedding; a hidden layer that also reads the task's description; linear outputs. After AceNAS' published
 * ranker, with mean in place of sort pooling.
 */
export class RankingNetwork {
  readonly places: ParameterPlaces;
  readonly #arena: Arena;
  readonly #buffers: Buffers;
  readonly #embed: Program;
  readonly #answer: Program;
  readonly #backward: Program;
  #steps = 0;

  constructor(
    readonly runtime: KernelRuntime,
    readonly shape: NetworkShape,
    /** Items that fit in. */
    readonly room: number,
  ) {
    this.places = parameterPlaces(shape);
    this.#arena = runtime.openArena();
    this.#buffers = allocate(this.#arena, shape, room, this.places.count);
    const plan = new Plan(this.#arena, shape, room, this.places, this.#buffers);
    this.#embed = runtime.program(plan.embed(), this.#arena);
    this.#answer = runtime.program(plan.answer(), this.#arena);
    this.#backward = runtime.program(plan.backward(), this.#arena);
    // Rows without an item must hold numbers, so that their zero slopes stay zero.
    for (const { pointer, size } of this.#buffers.inputs) {
      runtime.floats(pointer, size).fill(0);
    }
    runtime.bytes(this.#buffers.decays, this.places.count).set(this.places.decays);
    this.forget();
  }

  /** The flat parameters, [count]; a view that ends when memory is next allocated. */
  get parameters(): Float32Array {
    return this.runtime.floats(this.#buffers.parameters, this.places.count);
  }

  /** Takes weights of its own drawing (Glorot and Bengio 2010, uniform), offsets 0. */
  initialise(random: Random): void {
    const { parameters } = this;
    parameters.fill(0);
    for (const { offset, rows, columns } of this.places.weights) {
      const bound = Math.sqrt(6 / (rows + columns));
      for (let at = offset; at < offset + rows * columns; at += 1) {
        parameters[at] = (2 * random.uniform() - 1) * bound;
      }
    }
    this.forget();
  }

  /** Begins anew with the optimiser's moments. */
  forget(): void {
    this.runtime.floats(this.#buffers.momentum, this.places.count).fill(0);
    this.runtime.floats(this.#buffers.variance, this.places.count).fill(0);
    this.#steps = 0;
  }

  /** Puts items in. */
  load({ operations, messages, readout, features }: NetworkBatch): void {
    const { buffers, runtime } = { buffers: this.#buffers, runtime: this.runtime };
    for (const [pointer, values] of [
      [buffers.operations, operations],
      [buffers.messages, messages],
      [buffers.readout, readout],
      [buffers.features, features],
    ] as const) {
      if (values) {
        runtime.floats(pointer, values.length).set(values);
      }
    }
  }

  /** Outputs of the items put in for a task, [room, outputs] by rows; a view that ends when memory is next allocated. */
  forward(task?: Float32Array): Float32Array {
    this.runtime.run(this.#embed);
    return this.answer(task);
  }

  /** Embeddings of the items put in last, [room, embedding] by rows: what does not depend on the task. A view. */
  embed(): Float32Array {
    this.runtime.run(this.#embed);
    return this.embeddings;
  }

  get embeddings(): Float32Array {
    return this.runtime.floats(this.#buffers.embedding, this.room * this.shape.embedding);
  }

  /** Outputs for embeddings that are there already. A view. */
  answer(task?: Float32Array): Float32Array {
    if (task) {
      this.runtime.floats(this.#buffers.task, this.shape.task).set(task);
    }
    this.runtime.run(this.#answer);
    return this.runtime.floats(this.#buffers.outputs, this.room * this.shape.outputs);
  }

  /** Where dLoss/doutput is written before a step, [room, outputs]. A view. */
  get slopes(): Float32Array {
    return this.runtime.floats(this.#buffers.slopes, this.room * this.shape.outputs);
  }

  /** Gradient of the parameters for the last forward pass and the slopes given, [count]. A view. */
  backward(): Float32Array {
    this.runtime.run(this.#backward);
    return this.runtime.floats(this.#buffers.gradient, this.places.count);
  }

  /** A step of Adam with decoupled weight decay on the gradient of the last backward pass. */
  step(rate: number, weightDecay: number): void {
    const { parameters, gradient, momentum, variance, decays } = this.#buffers;
    const pointers = { parameters, gradient, momentum, variance, decays };
    this.runtime.perform(adamStep(this.places.count, { step: this.#steps, rate, weightDecay }, pointers));
    this.#steps += 1;
  }

  /** Gives memory back. */
  dispose(): void {
    this.#arena.dispose();
  }
}

interface Buffers {
  readonly parameters: Pointer;
  readonly gradient: Pointer;
  readonly momentum: Pointer;
  readonly variance: Pointer;
  readonly decays: Pointer;
  readonly operations: Pointer;
  readonly messages: Pointer;
  readonly readout: Pointer;
  readonly features: Pointer;
  readonly task: Pointer;
  /** What each graph layer multiplies by its weights, and its result. */
  readonly mixed: readonly Pointer[];
  readonly nodes: readonly Pointer[];
  readonly pooled: Pointer;
  readonly embedding: Pointer;
  readonly offset: Pointer;
  readonly hidden: Pointer;
  readonly outputs: Pointer;
  readonly slopes: Pointer;
  /** Slopes by what has the same name. */
  readonly toHidden: Pointer;
  readonly toEmbedding: Pointer;
  readonly toPooled: Pointer;
  readonly toNodes: Pointer;
  readonly toMixed: Pointer;
  readonly inputs: readonly { readonly pointer: Pointer; readonly size: number }[];
}

function allocate(arena: Arena, shape: NetworkShape, room: number, count: number): Buffers {
  const { graph, features, task, embedding, hidden, outputs } = shape;
  const cells = graph ? room * graph.cells : 0;
  const rows = graph ? cells * graph.nodes : 0;
  const widest = graph ? Math.max(graph.operations, graph.width) : 0;
  const inputs: { pointer: Pointer; size: number }[] = [];
  const some = (size: number) => (size > 0 ? arena.floats(size) : 0);
  const input = (size: number) => {
    const pointer = some(size);
    inputs.push({ pointer, size });
    return pointer;
  };
  const layers = graph ? Array.from({ length: graph.layers }, (_, layer) => layer) : [];
  return {
    parameters: some(count),
    gradient: some(count),
    momentum: some(count),
    variance: some(count),
    decays: arena.allocate(count),
    operations: input(rows * (graph?.operations ?? 0)),
    messages: input(rows * (graph?.nodes ?? 0)),
    readout: input(rows),
    features: input(room * features),
    task: input(task),
    mixed: layers.map((layer) => some(rows * (layer === 0 ? graph!.operations : graph!.width))),
    nodes: layers.map(() => some(rows * graph!.width)),
    pooled: some(cells * (graph?.width ?? 0)),
    embedding: some(room * embedding),
    offset: some(hidden),
    hidden: some(room * hidden),
    outputs: some(room * outputs),
    slopes: input(room * outputs),
    toHidden: some(room * hidden),
    toEmbedding: some(room * embedding),
    toPooled: some(cells * (graph?.width ?? 0)),
    toNodes: some(rows * (graph?.width ?? 0)),
    toMixed: some(rows * widest),
    inputs,
  };
}

/** Writes the passes down. */
class Plan {
  constructor(
    private readonly arena: Arena,
    private readonly shape: NetworkShape,
    private readonly room: number,
    private readonly places: ParameterPlaces,
    private readonly at: Buffers,
  ) {}

  embed(): Operation[] {
    const { at, shape, room, places } = this;
    const { graph } = shape;
    const operations: Operation[] = [];
    if (graph) {
      const groups = room * graph.cells;
      const square = { groups, outRows: graph.nodes, inRows: graph.nodes };
      places.layers.forEach(({ weights, offset, inputs }, layer) => {
        const input = layer === 0 ? at.operations : at.nodes[layer - 1]!;
        const mixed = at.mixed[layer]!;
        operations.push(
          ...mix({ ...square, width: inputs }, { weights: at.messages, input, output: mixed }),
          ...this.dense(groups * graph.nodes, inputs, graph.width, mixed, weights, offset, at.nodes[layer]!, 'relu'),
        );
      });
      const read = { groups, outRows: 1, inRows: graph.nodes, width: graph.width };
      operations.push(...mix(read, { weights: at.readout, input: at.nodes.at(-1)!, output: at.pooled }));
    }
    places.embeddings.forEach(({ weights, inputs, source }, index, all) => {
      const last = index === all.length - 1;
      const input = source === 'graph' ? at.pooled : at.features;
      const offset = last ? places.embeddingOffset : undefined;
      const activation = last ? 'relu' : 'none';
      operations.push(
        ...this.dense(room, inputs, shape.embedding, input, weights, offset, at.embedding, activation, index > 0),
      );
    });
    return operations;
  }

  answer(): Operation[] {
    const { at, shape, room, places } = this;
    const { task, embedding, hidden, outputs } = shape;
    const operations: Operation[] = [];
    // The description is the same for all items: it moves the offset.
    if (task > 0) {
      operations.push(...this.dense(1, task, hidden, at.task, places.task, places.hiddenOffset, at.offset, 'none'));
    }
    const offset = task > 0 ? at.offset : this.parameter(places.hiddenOffset);
    operations.push(
      ...this.product(room, embedding, hidden, at.embedding, places.hidden, offset, at.hidden, 'relu'),
      ...this.dense(room, hidden, outputs, at.hidden, places.output, places.outputOffset, at.outputs, 'none'),
    );
    return operations;
  }

  backward(): Operation[] {
    const { at, shape, room, places } = this;
    const { graph, task, embedding, hidden, outputs } = shape;
    const operations = [
      ...this.denseGradient(room, hidden, outputs, at.hidden, at.slopes, places.output, places.outputOffset),
      ...this.inputGradient(room, hidden, outputs, at.slopes, places.output, at.toHidden),
      ...masked(room * hidden, at.hidden, at.toHidden),
      ...this.denseGradient(room, embedding, hidden, at.embedding, at.toHidden, places.hidden, places.hiddenOffset),
      ...(task > 0
        ? gemm(
            { m: task, n: hidden, k: 1 },
            {
              a: at.task,
              b: this.gradient(places.hiddenOffset),
              c: this.gradient(places.task),
              scratch: this.arena.allocate(gemmScratch({ m: task, n: hidden, k: 1 })),
            },
          )
        : []),
      ...this.inputGradient(room, embedding, hidden, at.toHidden, places.hidden, at.toEmbedding),
      ...masked(room * embedding, at.embedding, at.toEmbedding),
    ];
    places.embeddings.forEach(({ weights, inputs, source }, index, all) => {
      const input = source === 'graph' ? at.pooled : at.features;
      const offset = index === all.length - 1 ? places.embeddingOffset : undefined;
      operations.push(...this.denseGradient(room, inputs, embedding, input, at.toEmbedding, weights, offset));
    });
    const pooled = places.embeddings.find(({ source }) => source === 'graph');
    if (!graph || !pooled) {
      return operations;
    }
    const groups = room * graph.cells;
    const rows = groups * graph.nodes;
    const read = { groups, outRows: graph.nodes, inRows: 1, width: graph.width, transposed: true };
    operations.push(
      ...this.inputGradient(room, pooled.inputs, embedding, at.toEmbedding, pooled.weights, at.toPooled),
      ...mix(read, { weights: at.readout, input: at.toPooled, output: at.toNodes }),
    );
    const back = { groups, outRows: graph.nodes, inRows: graph.nodes, width: graph.width, transposed: true };
    for (let layer = graph.layers - 1; layer >= 0; layer -= 1) {
      const { weights, offset, inputs } = places.layers[layer]!;
      operations.push(
        ...masked(rows * graph.width, at.nodes[layer]!, at.toNodes),
        ...this.denseGradient(rows, inputs, graph.width, at.mixed[layer]!, at.toNodes, weights, offset),
      );
      if (layer > 0) {
        operations.push(
          ...this.inputGradient(rows, inputs, graph.width, at.toNodes, weights, at.toMixed),
          ...mix(back, { weights: at.messages, input: at.toMixed, output: at.toNodes }),
        );
      }
    }
    return operations;
  }

  private parameter(offset: number): Pointer {
    return this.at.parameters + 4 * offset;
  }

  private gradient(offset: number): Pointer {
    return this.at.gradient + 4 * offset;
  }

  /** output = activation(input W + b), with parameters by their places. */
  private dense(
    rows: number,
    inputs: number,
    width: number,
    input: Pointer,
    weights: number,
    offset: number | undefined,
    output: Pointer,
    activation: Activation,
    accumulate = false,
  ): Operation[] {
    const bias = offset === undefined ? undefined : this.parameter(offset);
    return this.product(rows, inputs, width, input, weights, bias, output, activation, accumulate);
  }

  private product(
    rows: number,
    inputs: number,
    width: number,
    a: Pointer,
    weights: number,
    bias: Pointer | undefined,
    c: Pointer,
    activation: Activation,
    accumulate = false,
  ): Operation[] {
    const shape = { m: rows, n: width, k: inputs };
    const scratch = this.arena.allocate(gemmScratch(shape));
    return gemm(shape, {
      a,
      b: this.parameter(weights),
      c,
      activation,
      accumulate,
      scratch,
      ...(bias !== undefined && { bias }),
    });
  }

  /** Gradients of a layer's weights and offset. */
  private denseGradient(
    rows: number,
    inputs: number,
    width: number,
    input: Pointer,
    slopes: Pointer,
    weights: number,
    offset: number | undefined,
  ): Operation[] {
    const shape = { m: inputs, n: width, k: rows, transposeA: true };
    const sums = { rows, channels: width };
    return [
      ...gemm(shape, {
        a: input,
        b: slopes,
        c: this.gradient(weights),
        scratch: this.arena.allocate(gemmScratch(shape)),
      }),
      ...(offset === undefined
        ? []
        : sumRows(sums, {
            x: slopes,
            y: this.gradient(offset),
            scratch: this.arena.allocate(sumRowsScratch(sums)),
          })),
    ];
  }

  /** Slopes by a layer's input. */
  private inputGradient(
    rows: number,
    inputs: number,
    width: number,
    slopes: Pointer,
    weights: number,
    output: Pointer,
  ): Operation[] {
    const shape = { m: rows, n: inputs, k: width, transposeB: true };
    return gemm(shape, {
      a: slopes,
      b: this.parameter(weights),
      c: output,
      scratch: this.arena.allocate(gemmScratch(shape)),
    });
  }
}

/** Slopes through a ReLU, in place. */
function masked(length: number, result: Pointer, slopes: Pointer): Operation[] {
  return activateGradient(length, 'relu', { y: result, outputGradient: slopes, inputGradient: slopes });
}
