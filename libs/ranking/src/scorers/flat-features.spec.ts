import { describe, expect, it } from '@jest/globals';
import { flatFeatures } from './flat-features.js';
import type { Graphs } from './scorer.js';

/** Two items of two cells: chains and single nodes. */
const graphs: Graphs = {
  cells: 2,
  nodes: 3,
  operations: 2,
  nodeOperations: Int8Array.of(0, 1, 1, 0, -1, -1, 1, 0, -1, 1, 1, 0),
  edges: Uint8Array.from(
    [
      [0, 1, 0, 0, 0, 1, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0, 0, 0],
      [0, 1, 0, 0, 0, 0, 0, 0, 0],
      [0, 1, 1, 0, 0, 0, 0, 0, 0],
    ].flat(),
  ),
};

describe('flatFeatures', () => {
  it('are the features themselves where there are no graphs', () => {
    const features = Float32Array.of(1, 2, 3, 4);
    expect(flatFeatures({ count: 2, features, width: 2 })).toEqual({ features, width: 2 });
  });

  it('go on with counts of operations, operations of nodes and edges of each cell', () => {
    const { features, width } = flatFeatures({ count: 2, features: Float32Array.of(7, 8), width: 1, graphs });
    const cells = [
      [1, 2, 1, 0, 0, 1, 0, 1, 1, 0, 1],
      [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
      [1, 1, 0, 1, 1, 0, 0, 0, 1, 0, 0],
      [1, 2, 0, 1, 0, 1, 1, 0, 1, 1, 0],
    ];
    expect(width).toBe(1 + 2 * 11);
    expect([...features]).toEqual([7, ...cells[0]!, ...cells[1]!, 8, ...cells[2]!, ...cells[3]!]);
  });

  it('refuse arrays of another size and operations that are none', () => {
    const items = { count: 2, features: new Float32Array(2), width: 1 };
    expect(() => flatFeatures({ ...items, width: 2 })).toThrow(
      'items.features has 2 numbers where its counts ask for 4',
    );
    expect(() => flatFeatures({ ...items, graphs: { ...graphs, edges: new Uint8Array(9) } })).toThrow(
      'items.graphs.edges has 9',
    );
    expect(() => flatFeatures({ ...items, graphs: { ...graphs, operations: 1 } })).toThrow('nodeOperations[1] is 1');
  });
});
