import { RankingError } from '../../ranking.error.js';
import type { Graphs, Items } from '../scorer.js';
import type { NetworkBatch } from './ranking-network.js';

/** Mean and deviation by which flat numbers are brought to one scale, [width] each. */
export interface Scale {
  readonly centre: readonly number[];
  readonly deviation: readonly number[];
}

/** The scale of rows of numbers; a column that never changes keeps its unit. */
export function scaleOf(rows: readonly ArrayLike<number>[], width: number): Scale {
  const columns = Array.from({ length: width }, (_, column) => {
    const mean = rows.reduce((sum, row) => sum + row[column]!, 0) / Math.max(1, rows.length);
    const variance = rows.reduce((sum, row) => sum + (row[column]! - mean) ** 2, 0) / Math.max(1, rows.length);
    return { mean: Math.fround(mean), deviation: Math.fround(variance > 1e-12 ? Math.sqrt(variance) : 1) };
  });
  return { centre: columns.map(({ mean }) => mean), deviation: columns.map(({ deviation }) => deviation) };
}

export function scaled(row: ArrayLike<number>, { centre, deviation }: Scale): Float32Array {
  return Float32Array.from(centre, (mean, at) => (row[at]! - mean) / deviation[at]!);
}

interface Part {
  readonly name: keyof NetworkBatch;
  /** Numbers of an item. */
  readonly size: number;
  readonly all: Float32Array;
}

/** Items as networks read them: one-hot operations, normalised messages, read-out, scaled features. */
export class EncodedItems {
  readonly #parts: readonly Part[];

  constructor(items: Items, scale: Scale) {
    this.#parts = [
      ...(items.graphs ? graphParts(items.count, items.graphs) : []),
      ...(items.width > 0 ? [{ name: 'features' as const, size: items.width, all: scaleAll(items, scale) }] : []),
    ];
  }

  /** Some of the items, one after another. */
  batch(rows: ArrayLike<number>): NetworkBatch {
    const batch: { -readonly [name in keyof NetworkBatch]: NetworkBatch[name] } = {};
    for (const { name, size, all } of this.#parts) {
      const some = new Float32Array(rows.length * size);
      for (let at = 0; at < rows.length; at += 1) {
        const row = rows[at]!;
        some.set(all.subarray(row * size, (row + 1) * size), at * size);
      }
      batch[name] = some;
    }
    return batch;
  }

  /** Items `from` to `to`, without a copy. */
  span(from: number, to: number): NetworkBatch {
    return Object.fromEntries(this.#parts.map(({ name, size, all }) => [name, all.subarray(from * size, to * size)]));
  }
}

function scaleAll({ count, width, features }: Items, { centre, deviation }: Scale): Float32Array {
  const all = new Float32Array(count * width);
  for (let item = 0; item < count; item += 1) {
    for (let column = 0; column < width; column += 1) {
      all[item * width + column] = (features[item * width + column]! - centre[column]!) / deviation[column]!;
    }
  }
  return all;
}

/** Every training and scoring on the same graphs reads the same numbers. */
const encodedGraphs = new WeakMap<Graphs, readonly Part[]>();

function graphParts(count: number, graphs: Graphs): readonly Part[] {
  const parts = encodedGraphs.get(graphs) ?? encodeGraphs(count, graphs);
  encodedGraphs.set(graphs, parts);
  return parts;
}

function encodeGraphs(count: number, { cells, nodes, operations, nodeOperations, edges }: Graphs): readonly Part[] {
  const oneHot = new Float32Array(count * cells * nodes * operations);
  const messages = new Float32Array(count * cells * nodes * nodes);
  const readout = new Float32Array(count * cells * nodes);
  const outDegrees = new Float64Array(nodes);
  const inDegrees = new Float64Array(nodes);
  for (let graph = 0; graph < count * cells; graph += 1) {
    const there = (node: number) => nodeOperations[graph * nodes + node]! >= 0;
    const joined = (from: number, to: number) =>
      there(from) && there(to) && (from === to || edges[(graph * nodes + from) * nodes + to] === 1);
    let size = 0;
    outDegrees.fill(0);
    inDegrees.fill(0);
    for (let from = 0; from < nodes; from += 1) {
      size += there(from) ? 1 : 0;
      for (let to = 0; to < nodes; to += 1) {
        if (joined(from, to)) {
          outDegrees[from]! += 1;
          inDegrees[to]! += 1;
        }
      }
    }
    for (let to = 0; to < nodes; to += 1) {
      if (!there(to)) {
        continue;
      }
      const operation = nodeOperations[graph * nodes + to]!;
      if (operation >= operations) {
        throw new RankingError(
          'INVALID_EXPERIENCE',
          `Node ${to} of graph ${graph} has operation ${operation}; operations are numbered 0 to ${operations - 1}.`,
        );
      }
      oneHot[(graph * nodes + to) * operations + operation] = 1;
      readout[graph * nodes + to] = 1 / size;
      for (let from = 0; from < nodes; from += 1) {
        if (joined(from, to)) {
          messages[(graph * nodes + to) * nodes + from] = 1 / Math.sqrt(outDegrees[from]! * inDegrees[to]!);
        }
      }
    }
  }
  return [
    { name: 'operations', size: cells * nodes * operations, all: oneHot },
    { name: 'messages', size: cells * nodes * nodes, all: messages },
    { name: 'readout', size: cells * nodes, all: readout },
  ];
}
