import { KernelRuntime } from '@edgelore/kernels';
import { seededRandom } from '@edgelore/tensor';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EncodedItems, scaleOf } from './encoded-items.js';
import type { NetworkShape } from './network-shape.js';
import { RankingNetwork } from './ranking-network.js';

let runtime: KernelRuntime;
beforeAll(async () => {
  runtime = await KernelRuntime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

const SHAPE: NetworkShape = {
  graph: { cells: 2, nodes: 5, operations: 3, layers: 2, width: 6 },
  features: 2,
  task: 3,
  embedding: 7,
  hidden: 5,
  outputs: 2,
};
const ITEMS = 4;
const TASK = Float32Array.of(0.5, -1, 0.3);

/** Random cells whose later nodes may be missing. */
function drawnItems(seed: number) {
  const random = seededRandom(seed);
  const { cells, nodes, operations } = SHAPE.graph!;
  const nodeOperations = new Int8Array(ITEMS * cells * nodes);
  const edges = new Uint8Array(ITEMS * cells * nodes * nodes);
  for (let cell = 0; cell < ITEMS * cells; cell += 1) {
    const size = 2 + random.integer(nodes - 1);
    for (let node = 0; node < nodes; node += 1) {
      nodeOperations[cell * nodes + node] = node < size ? random.integer(operations) : -1;
      for (let to = node + 1; to < size; to += 1) {
        edges[(cell * nodes + node) * nodes + to] = random.integer(2);
      }
    }
  }
  const features = Float32Array.from({ length: ITEMS * SHAPE.features }, () => random.normal());
  return {
    count: ITEMS,
    width: SHAPE.features,
    features,
    graphs: { cells, nodes, operations, nodeOperations, edges },
  };
}

const PLAIN = { centre: [0, 0], deviation: [1, 1] };

function prepared(seed: number) {
  const network = new RankingNetwork(runtime, SHAPE, ITEMS);
  const random = seededRandom(seed);
  network.initialise(random);
  // Offsets too, so that their gradients are not those of a symmetric point.
  network.parameters.forEach((value, at, all) => {
    all[at] = value + 0.1 * random.normal();
  });
  const items = drawnItems(seed);
  network.load(new EncodedItems(items, PLAIN).span(0, ITEMS));
  return { network, items };
}

/** The same network in plain float64, written node by node from its definition. */
function reference(
  parameters: ArrayLike<number>,
  { places }: RankingNetwork,
  items: ReturnType<typeof drawnItems>,
): number[] {
  const { cells, nodes, operations, width } = SHAPE.graph!;
  const { nodeOperations, edges } = items.graphs;
  const at = (offset: number) => parameters[offset] as number;
  const dense = (input: number[], weights: number, outs: number) =>
    Array.from({ length: outs }, (_, o) =>
      input.reduce((sum, value, i) => sum + value * at(weights + i * outs + o), 0),
    );
  const shift = (values: number[], offset: number) => values.map((value, o) => value + at(offset + o));
  const relu = (values: number[]) => values.map((value) => Math.max(0, value));
  const result: number[] = [];
  for (let item = 0; item < ITEMS; item += 1) {
    const pooled: number[] = [];
    for (let cell = 0; cell < cells; cell += 1) {
      const graph = item * cells + cell;
      const present = Array.from({ length: nodes }, (_, node) => node).filter(
        (node) => nodeOperations[graph * nodes + node]! >= 0,
      );
      const joined = (from: number, to: number) => from === to || edges[(graph * nodes + from) * nodes + to] === 1;
      let states = new Map(
        present.map((node): [number, number[]] => [
          node,
          Array.from({ length: operations }, (_, o) => (o === nodeOperations[graph * nodes + node] ? 1 : 0)),
        ]),
      );
      for (const { weights, offset } of places.layers) {
        const next = present.map((to): [number, number[]] => {
          const sources = present.filter((from) => joined(from, to));
          const mixed = states.get(to)!.map((_, channel) =>
            sources.reduce((sum, from) => {
              const out = present.filter((other) => joined(from, other)).length;
              return sum + states.get(from)![channel]! / Math.sqrt(out * sources.length);
            }, 0),
          );
          return [to, relu(shift(dense(mixed, weights, width), offset))];
        });
        states = new Map(next);
      }
      for (let channel = 0; channel < width; channel += 1) {
        pooled.push(present.reduce((sum, node) => sum + states.get(node)![channel]! / present.length, 0));
      }
    }
    const flat = [...items.features.subarray(item * 2, item * 2 + 2)];
    const parts = places.embeddings.map(({ source, weights }) =>
      dense(source === 'graph' ? pooled : flat, weights, SHAPE.embedding),
    );
    const embedding = relu(
      shift(
        parts[0]!.map((value, o) => parts.reduce((sum, part) => sum + part[o]!, value - parts[0]![o]!)),
        places.embeddingOffset,
      ),
    );
    const told = dense([...TASK], places.task, SHAPE.hidden);
    const hidden = relu(
      shift(
        dense(embedding, places.hidden, SHAPE.hidden).map((value, o) => value + told[o]!),
        places.hiddenOffset,
      ),
    );
    result.push(...shift(dense(hidden, places.output, SHAPE.outputs), places.outputOffset));
  }
  return result;
}

describe('RankingNetwork', () => {
  it.each([1, 2, 3, 4])('says what its definition says, seed %i', (seed) => {
    const { network, items } = prepared(seed);
    const said = network.forward(TASK);
    reference(network.parameters, network, items).forEach((expected, at) => {
      expect(said[at]).toBeCloseTo(expected, 4);
    });
    network.dispose();
  });

  it.each([1, 2])('has the gradient that finite differences of the definition have, seed %i', (seed) => {
    const { network, items } = prepared(seed);
    const weights = Array.from({ length: ITEMS * SHAPE.outputs }, (_, at) => Math.sin(at + 1));
    const parameters = Float64Array.from(network.parameters);
    network.forward(TASK);
    network.slopes.set(weights);
    const gradient = Float64Array.from(network.backward());
    const cost = () => reference(parameters, network, items).reduce((sum, value, at) => sum + value * weights[at]!, 0);
    const random = seededRandom(`places ${seed}`);
    const largest = Math.max(...gradient.map(Math.abs));
    for (let trial = 0; trial < 150; trial += 1) {
      const at = random.integer(parameters.length);
      const held = parameters[at]!;
      parameters[at] = held + 1e-5;
      const up = cost();
      parameters[at] = held - 1e-5;
      const down = cost();
      parameters[at] = held;
      expect(Math.abs((up - down) / 2e-5 - gradient[at]!) / largest).toBeLessThan(1e-4);
    }
    network.dispose();
  });

  it('does not see in which order the nodes of a cell are numbered', () => {
    const shape: NetworkShape = { ...SHAPE, graph: { ...SHAPE.graph!, cells: 1, nodes: 4 }, features: 0, task: 0 };
    const network = new RankingNetwork(runtime, shape, 2);
    network.initialise(seededRandom(5));
    // 0 -> {1, 2} -> 3, with the operations of the two middle nodes exchanged.
    const diamond = [0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0];
    const graphs = {
      cells: 1,
      nodes: 4,
      operations: 3,
      nodeOperations: Int8Array.of(0, 1, 2, 0, 0, 2, 1, 0),
      edges: Uint8Array.from([...diamond, ...diamond]),
    };
    const items = { count: 2, width: 0, features: new Float32Array(), graphs };
    network.load(new EncodedItems(items, { centre: [], deviation: [] }).span(0, 2));
    const said = network.forward();
    expect(said[0]).toBeCloseTo(said[2]!, 5);
    expect(said[1]).toBeCloseTo(said[3]!, 5);
    network.dispose();
  });

  it('gives all its memory back', () => {
    const arena = runtime.openArena();
    const probe = () => {
      const pointer = arena.allocate(1 << 16);
      return pointer;
    };
    new RankingNetwork(runtime, SHAPE, 64).dispose();
    const size = runtime.memory.buffer.byteLength;
    for (let repetition = 0; repetition < 50; repetition += 1) {
      new RankingNetwork(runtime, SHAPE, 64).dispose();
    }
    expect(probe()).toBeGreaterThan(0);
    expect(runtime.memory.buffer.byteLength).toBe(size);
    arena.dispose();
  });

  it('refuses an operation that there is not', () => {
    const items = drawnItems(1);
    items.graphs.nodeOperations[0] = 9;
    expect(() => new EncodedItems(items, PLAIN)).toThrow(expect.objectContaining({ code: 'INVALID_EXPERIENCE' }));
  });
});

describe('scaleOf', () => {
  it('brings columns to mean 0 and deviation 1, and leaves a constant one', () => {
    expect(scaleOf([Float64Array.of(1, 5), Float64Array.of(3, 5)], 2)).toEqual({
      centre: [2, 5],
      deviation: [1, 1],
    });
  });
});
