import type { Graphs } from '../scorers/scorer.js';
import type { GraphSpec } from './benchmark-spec.js';
import { type Place, tableError } from './table-error.js';
import { columnAt, type TextTable } from './text-table.js';

/** One cell: operations of its nodes and edges between them, earlier node first. */
interface Cell {
  readonly nodeOperations: readonly number[];
  readonly edges: readonly (readonly [from: number, to: number])[];
}

/**
 * Cells of all items as graphs whose nodes carry operations. Input and output are nodes with operations of their own (the two after the
 * last), and where the table has operations on edges, each edge becomes a node.
 * @param rows rows of the table, one an item
 */
export function parseGraphs(table: TextTable, rows: readonly number[], specs: readonly GraphSpec[]): Graphs {
  const readers = specs.map((spec) => (spec.edges ? edgeOperations(table, spec) : nodeOperations(table, spec)));
  const parsed = rows.map((row) => readers.map((read) => read(row)));
  const cells = specs.length;
  const nodes = Math.max(...parsed.flat().map((cell) => cell.nodeOperations.length));
  const graphs: Graphs = {
    cells,
    nodes,
    operations: Math.max(...specs.map(({ operations }) => operations)) + 2,
    nodeOperations: new Int8Array(rows.length * cells * nodes).fill(-1),
    edges: new Uint8Array(rows.length * cells * nodes * nodes),
  };
  parsed.flat().forEach((cell, at) => {
    graphs.nodeOperations.set(cell.nodeOperations, at * nodes);
    for (const [from, to] of cell.edges) {
      graphs.edges[(at * nodes + from) * nodes + to] = 1;
    }
  });
  return graphs;
}

function nodeOperations(table: TextTable, { ops, operations, adjacency }: GraphSpec): (row: number) => Cell {
  const opsAt = columnAt(table, ops);
  const bitsAt = columnAt(table, adjacency!);
  return (row) => {
    const inner = digitsOf(table.rows[row]![opsAt]!, operations, { file: table.file, row: row + 1, column: ops });
    const nodes = inner.length + 2;
    const place = { file: table.file, row: row + 1, column: adjacency! };
    const bits = digitsOf(table.rows[row]![bitsAt]!, 2, place);
    if (bits.length !== (nodes * (nodes - 1)) / 2) {
      throw tableError(
        place,
        `it has ${bits.length} bits; ${inner.length} inner nodes, input and output make ${(nodes * (nodes - 1)) / 2}`,
      );
    }
    const pairs = Array.from({ length: nodes }, (_, from) =>
      Array.from({ length: nodes - 1 - from }, (_none, step) => [from, from + 1 + step] as const),
    ).flat();
    return {
      nodeOperations: [operations, ...inner, operations + 1],
      edges: pairs.filter((_, at) => bits[at] === 1),
    };
  };
}

function edgeOperations(table: TextTable, { ops, operations, edges }: GraphSpec): (row: number) => Cell {
  const opsAt = columnAt(table, ops);
  const joined = nodesOfEdges(edges!, table.file, ops);
  return (row) => {
    const place = { file: table.file, row: row + 1, column: ops };
    const inner = digitsOf(table.rows[row]![opsAt]!, operations, place);
    if (inner.length !== edges!.length) {
      throw tableError(place, `it has ${inner.length} digits; write one for each of the ${edges!.length} edges`);
    }
    return { nodeOperations: [operations, ...inner, operations + 1], edges: joined };
  };
}

/** How nodes made of edges are joined: input, one node for each edge, output. */
function nodesOfEdges(edges: readonly (readonly [number, number])[], file: string, column: string): [number, number][] {
  const source = Math.min(...edges.map(([from]) => from));
  const sink = Math.max(...edges.map(([, to]) => to));
  const last = edges.length + 1;
  return edges.flatMap(([from, to], at) => {
    const early = edges.findIndex(([next], other) => next === to && other < at);
    if (from >= to || early >= 0) {
      throw tableError({ file, column }, `edge [${from}, ${to}] does not come before what it leads to; reorder edges`);
    }
    const after = edges.flatMap(([next], other): [number, number][] => (next === to ? [[at + 1, other + 1]] : []));
    return [
      ...(from === source ? [[0, at + 1] as [number, number]] : []),
      ...after,
      ...(to === sink ? [[at + 1, last] as [number, number]] : []),
    ];
  });
}

/** Digits of a cell, each below `choices`, or below its own entry of it. */
export function digitsOf(text: string, choices: number | readonly number[], place: Place): number[] {
  return Array.from(text, (character, at) => {
    const most = (typeof choices === 'number' ? choices : choices[at]!) - 1;
    const digit = character >= '0' && character <= '9' ? Number(character) : Number.NaN;
    if (!(digit <= most)) {
      throw tableError(place, `character ${at + 1} is "${character}"; it must be a digit from 0 to ${most}`);
    }
    return digit;
  });
}
