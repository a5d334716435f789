import { RankingError } from '../ranking.error.js';
import type { Graphs, Items } from './scorer.js';

/** One row of numbers an item. */
export interface FlatFeatures {
  /** [count × width] by rows. */
  readonly features: Float32Array;
  readonly width: number;
}

/**
 * Items for scorers that know no graphs: their own features and, where they have graphs, of each cell how many nodes have each operation
 * [operations], each node's operation [nodes × operations] and each edge from an earlier to a later node [nodes (nodes - 1) / 2] as 0 or 1.
 * @throws RankingError `INVALID_EXPERIENCE` where an array has not the size that the counts ask for, or a node an unknown operation.
 *
 * @example
 * ```ts
 * const graphs = { cells: 1, nodes: 2, operations: 2, nodeOperations: Int8Array.of(1, 1), edges: Uint8Array.of(0, 1, 0, 0) };
 * flatFeatures({ count: 1, features: Float32Array.of(0.5), width: 1, graphs }).features;
 * // => Float32Array.of(0.5, 0, 2, 0, 1, 0, 1, 1)
 * ```
 */
export function flatFeatures(items: Items): FlatFeatures {
  const { count, features, width, graphs } = items;
  assertSize('features', features, count * width);
  if (graphs === undefined) {
    return { features, width };
  }
  assertSize('graphs.nodeOperations', graphs.nodeOperations, count * graphs.cells * graphs.nodes);
  assertSize('graphs.edges', graphs.edges, count * graphs.cells * graphs.nodes * graphs.nodes);
  const whole = width + graphs.cells * cellWidth(graphs);
  const flat = new Float32Array(count * whole);
  for (let item = 0; item < count; item += 1) {
    flat.set(features.subarray(item * width, (item + 1) * width), item * whole);
    for (let cell = 0; cell < graphs.cells; cell += 1) {
      fillCell(graphs, item * graphs.cells + cell, flat, item * whole + width + cell * cellWidth(graphs));
    }
  }
  return { features: flat, width: whole };
}

function cellWidth({ nodes, operations }: Graphs): number {
  return operations + nodes * operations + (nodes * (nodes - 1)) / 2;
}

function fillCell(
  { nodes, operations, nodeOperations, edges }: Graphs,
  cell: number,
  flat: Float32Array,
  start: number,
): void {
  let edge = start + operations + nodes * operations;
  for (let node = 0; node < nodes; node += 1) {
    const operation = nodeOperations[cell * nodes + node]!;
    if (operation >= operations) {
      throw new RankingError(
        'INVALID_EXPERIENCE',
        `graphs.nodeOperations[${cell * nodes + node}] is ${operation}; operations are numbered 0 to ${operations - 1}, -1 is no node.`,
      );
    }
    if (operation >= 0) {
      flat[start + operation]! += 1;
      flat[start + operations + node * operations + operation] = 1;
    }
    for (let to = node + 1; to < nodes; to += 1) {
      flat[edge] = edges[(cell * nodes + node) * nodes + to]!;
      edge += 1;
    }
  }
}

function assertSize(name: string, values: ArrayLike<number>, size: number): void {
  if (values.length !== size) {
    throw new RankingError(
      'INVALID_EXPERIENCE',
      `items.${name} has ${values.length} numbers where its counts ask for ${size}; pass one entry for each.`,
    );
  }
}
