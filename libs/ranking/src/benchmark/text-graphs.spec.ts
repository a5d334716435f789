import { describe, expect, it } from '@jest/globals';
import { RankingError } from '../ranking.error.js';
import type { Graphs } from '../scorers/scorer.js';
import { parseGraphs } from './text-graphs.js';
import { parseTable } from './text-table.js';

const CELL: [number, number][] = [
  [0, 1],
  [0, 2],
  [1, 2],
  [0, 3],
  [1, 3],
  [2, 3],
];

function graphsOf(text: string, spec: { operations: number; adjacency?: string; edges?: [number, number][] }): Graphs {
  const table = parseTable('cells.csv', text);
  const full = { ops: 'ops', adjacency: null, edges: null, ...spec };
  return parseGraphs(table, Array.from(table.rows.keys()), [full]);
}

/** All ways from the first node to the last, as texts of the operations met. */
function waysOf({ nodes, nodeOperations, edges }: Graphs, item: number): string[] {
  const last = nodeOperations.subarray(item * nodes, (item + 1) * nodes).findLastIndex((operation) => operation >= 0);
  const from = (node: number): string[] => {
    const operation = String(nodeOperations[item * nodes + node]);
    if (node === last) {
      return [operation];
    }
    return Array.from({ length: nodes }, (_, to) => to)
      .filter((to) => edges[(item * nodes + node) * nodes + to] === 1)
      .flatMap((to) => from(to).map((rest) => operation + rest));
  };
  return from(0).sort();
}

describe('operations on edges', () => {
  it('become nodes: the ways through a NAS-Bench-201 cell are those through its graph', () => {
    // An independent walk over the cell itself: node 0 to node 3 along its edges.
    const ops = '012340';
    const walk = (node: number): string[] =>
      node === 3
        ? ['']
        : CELL.flatMap(([start, end], edge) => (start === node ? walk(end).map((rest) => ops[edge] + rest) : []));
    const expected = walk(0).map((way) => `5${way}6`);
    const graphs = graphsOf(`id,ops\na,${ops}\n`, { operations: 5, edges: CELL });
    expect([graphs.nodes, graphs.operations, graphs.cells]).toEqual([8, 7, 1]);
    expect([...graphs.nodeOperations]).toEqual([5, 0, 1, 2, 3, 4, 0, 6]);
    expect(waysOf(graphs, 0)).toEqual(expected.sort());
  });

  it.each([
    [
      'a digit too high',
      '012350',
      'cells.csv, row 1, column "ops": character 5 is "5"; it must be a digit from 0 to 4',
    ],
    ['a letter', '01234x', 'character 6 is "x"'],
    ['a digit too few', '01234', 'it has 5 digits; write one for each of the 6 edges'],
  ])('complains of %s', (_, ops, expected) => {
    const run = () => graphsOf(`id,ops\na,${ops}\n`, { operations: 5, edges: CELL });
    expect(run).toThrow(RankingError);
    expect(run).toThrow(expected);
  });

  it('wants edges before those they lead to', () => {
    const edges: [number, number][] = [
      [1, 2],
      [0, 1],
    ];
    expect(() => graphsOf('id,ops\na,01\n', { operations: 5, edges })).toThrow('edge [0, 1] does not come before');
  });
});

describe('operations on nodes', () => {
  it('reads upper triangles of cells of different sizes', () => {
    const text = 'ops,bits\n10,110011\n2,101\n';
    const graphs = graphsOf(text, { operations: 3, adjacency: 'bits' });
    expect(graphs.nodes).toBe(4);
    expect([...graphs.nodeOperations]).toEqual([3, 1, 0, 4, 3, 2, 4, -1]);
    expect(waysOf(graphs, 0)).toEqual(['304', '314']);
    expect(waysOf(graphs, 1)).toEqual(['324']);
  });

  it('complains of bits that make no triangle', () => {
    const run = () => graphsOf('ops,bits\n10,11001\n', { operations: 3, adjacency: 'bits' });
    expect(run).toThrow('row 1, column "bits": it has 5 bits; 2 inner nodes, input and output make 6');
  });
});
