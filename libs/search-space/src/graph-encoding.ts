import type { Configuration } from './configuration.js';
import { type Layer, planDetector } from './detector-plan.js';

/** A detector as a directed acyclic graph of its blocks. */
export interface DetectorGraph {
  /** Index into {@link graphOperations} of each node, [GRAPH_NODES]; -1 where there is no node. */
  readonly nodeOperations: Int8Array;
  /** 1 at [from][to] where a block reads another, from < to, [GRAPH_NODES × GRAPH_NODES]. */
  readonly edges: Uint8Array;
}

/**
 * Most blocks that a detector of `face-detector/1` has.
 *
 * @example
 * ```ts
 * encodeGraph(defaultConfiguration(faceDetectorSpace)).nodeOperations.length; // => GRAPH_NODES
 * ```
 */
export const GRAPH_NODES = 24;

/**
 * What a block computes. `reduce-` halves the grid; a `merge` is a level that also takes in the coarser one.
 *
 * @example
 * ```ts
 * graphOperations.length; // => 10
 * ```
 */
export const graphOperations = [
  'stem',
  'separable',
  'reduce-separable',
  'inverted',
  'reduce-inverted',
  'lateral',
  'merge',
  'context',
  'head',
  'output',
] as const;

type GraphOperation = (typeof graphOperations)[number];

/** The dimensions that shape the graph; the others change widths, the grid or the training. */
const SHAPING = ['depth', 'block', 'strides', 'pyramid', 'context'];

/**
 * The blocks of a configuration's detector, each a node with its operation, in the order of computation: the stem, the backbone's
 * blocks, one node for each level's neck (with pyramid: merged with the coarser level and smoothed), its context and its head, and
 * one that all heads lead to. Sizes are not in it; `encodeConfiguration` has them.
 *
 * @throws InvalidConfigurationError when a value that the detector needs is missing or of the wrong type.
 *
 * @example
 * ```ts
 * const { nodeOperations, edges } = encodeGraph(defaultConfiguration(faceDetectorSpace));
 * graphOperations[nodeOperations[0]!]; // => 'stem'
 * // The first block of the backbone reads the stem.
 * edges[1]; // => 1
 * ```
 */
export function encodeGraph(configuration: Configuration): DetectorGraph {
  const key = SHAPING.map((name) => configuration.values[name]).join('|');
  const known = encoded.get(key);
  if (known) {
    return known;
  }
  const graph = blocksOf(planDetector(configuration).layers);
  encoded.set(key, graph);
  return graph;
}

/** There are under a hundred different ones. */
const encoded = new Map<string, DetectorGraph>();

interface Block {
  readonly index: number;
  readonly layers: Layer[];
}

function blocksOf(layers: readonly Layer[]): DetectorGraph {
  const blocks = new Map<string, Block>();
  const blockOf = new Map<string, Block>();
  const nodeOperations = new Int8Array(GRAPH_NODES).fill(-1);
  const edges = new Uint8Array(GRAPH_NODES * GRAPH_NODES);
  for (const layer of layers) {
    const name = blockName(layer.name);
    const block = blocks.get(name) ?? { index: blocks.size, layers: [] };
    blocks.set(name, block);
    block.layers.push(layer);
    blockOf.set(layer.name, block);
    for (const input of layer.inputs) {
      const from = blockOf.get(input);
      if (from && from !== block) {
        edges[from.index * GRAPH_NODES + block.index] = 1;
      }
    }
  }
  const output = blocks.size;
  for (const [name, block] of blocks) {
    const operation = operationOf(name, block.layers);
    nodeOperations[block.index] = graphOperations.indexOf(operation);
    if (operation === 'head') {
      edges[block.index * GRAPH_NODES + output] = 1;
    }
  }
  nodeOperations[output] = graphOperations.indexOf('output');
  return { nodeOperations, edges };
}

/** `stage2.block0.depthwise.norm` belongs to `stage2.block0`, `level8.upsample` to `level8.neck`. */
function blockName(layer: string): string {
  const [place = '', part = ''] = layer.split('.');
  if (place.startsWith('stage')) {
    return `${place}.${part}`;
  }
  if (!place.startsWith('level')) {
    return place;
  }
  if (part.startsWith('context')) {
    return `${place}.context`;
  }
  return ['head', 'class', 'box'].includes(part) ? `${place}.head` : `${place}.neck`;
}

function operationOf(name: string, layers: readonly Layer[]): GraphOperation {
  const [place = '', part = ''] = name.split('.');
  if (place.startsWith('stage')) {
    const kind = layers.some((layer) => layer.name.endsWith('.expand')) ? 'inverted' : 'separable';
    return layers.some(({ stride }) => stride === 2) ? `reduce-${kind}` : kind;
  }
  switch (part) {
    case 'neck':
      return layers.some((layer) => layer.name.endsWith('.merge')) ? 'merge' : 'lateral';
    case 'context':
      return 'context';
    case 'head':
      return 'head';
    default:
      return 'stem';
  }
}
