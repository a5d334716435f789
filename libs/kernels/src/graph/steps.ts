import { KernelError } from '../kernel.error.js';
import type { BatchNormNode, Graph, GraphNode, GraphParameter, PoolNode, ValueShape, WeightedNode } from './graph.js';
import { shapeOfConvolution, shapeOfDepthwise, shapeOfPool } from './shapes.js';

/** What runs as one: a node, and the normalisation, activation and sum that alone read it. */
export interface Step {
  readonly node: GraphNode;
  readonly norm: BatchNormNode | undefined;
  readonly activation: 'none' | 'relu' | 'relu6';
  /** A value that is added last. */
  readonly addend: string | undefined;
  /** Name of the value that the step makes: that of the last of its nodes. */
  readonly output: string;
}

/** A graph whose names and sizes are known to agree. */
export interface CheckedGraph {
  readonly graph: Graph;
  readonly shapes: ReadonlyMap<string, ValueShape>;
  readonly parameters: ReadonlyMap<string, GraphParameter>;
  readonly steps: readonly Step[];
}

/** Names of the values that a step reads. */
export function readsOf({ node, addend }: Step): readonly string[] {
  return addend === undefined ? node.inputs : [...node.inputs, addend];
}

/**
 * Checks a graph, finds the shape of every value and joins nodes to steps.
 *
 * @param sums whether a sum joins the normalisation before it
 * @throws KernelError GRAPH naming the node; SHAPE where a node's own sizes do not work
 */
export function checkGraph(graph: Graph, sums = false): CheckedGraph {
  const parameters = new Map(graph.parameters.map((parameter) => [parameter.name, parameter]));
  if (parameters.size < graph.parameters.length) throw broken('two parameters have the same name');
  const firstFixed = graph.parameters.findIndex(({ trainable }) => !trainable);
  if (firstFixed >= 0 && graph.parameters.slice(firstFixed).some(({ trainable }) => trainable)) {
    throw broken('list the trainable parameters before the others');
  }
  const used = graph.nodes.flatMap(parametersOf);
  const twice = used.find((name, index) => used.indexOf(name) !== index);
  if (twice !== undefined) throw broken(`two nodes use the parameter "${twice}"`);
  const shapes = new Map<string, ValueShape>();
  const define = (name: string, shape: ValueShape) => {
    if (shapes.has(name)) throw broken(`two values are named "${name}"`);
    shapes.set(name, shape);
  };
  for (const { name, shape } of graph.inputs) define(name, shape);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => {
      const shape = shapes.get(name);
      if (!shape) throw broken(`"${node.name}" reads "${name}", which nothing before it makes`);
      return shape;
    });
    define(node.name, shapeOf(node, inputs, parameters));
  }
  for (const name of graph.outputs) {
    if (!shapes.has(name)) throw broken(`nothing makes the output "${name}"`);
  }
  return { graph, shapes, parameters, steps: stepsOf(graph, sums) };
}

export function isWeighted(node: GraphNode): node is WeightedNode {
  return node.kind === 'convolution' || node.kind === 'depthwise' || node.kind === 'dense';
}

function parametersOf(node: GraphNode): string[] {
  if (node.kind === 'batchNorm') return [node.scale, node.shift, node.mean, node.variance];
  if (!isWeighted(node)) return [];
  return node.bias === undefined ? [node.filter] : [node.filter, node.bias];
}

function shapeOf(
  node: GraphNode,
  inputs: readonly ValueShape[],
  parameters: ReadonlyMap<string, GraphParameter>,
): ValueShape {
  const wanted = node.kind === 'add' ? 2 : node.kind === 'join' ? inputs.length : 1;
  if (inputs.length !== wanted || wanted === 0)
    throw broken(`"${node.name}" reads ${inputs.length} values, a ${node.kind} ${wanted}`);
  const [input, other] = inputs as [ValueShape, ValueShape];
  const [, , channels] = input;
  const expect = (name: string, shape: readonly number[]) => {
    const parameter = parameters.get(name);
    if (!parameter) throw broken(`"${node.name}" wants the parameter "${name}", which is not listed`);
    if (parameter.shape.join() !== shape.join()) {
      throw broken(`"${node.name}" wants "${name}" to be [${shape.join(', ')}]: it is [${parameter.shape.join(', ')}]`);
    }
  };
  switch (node.kind) {
    case 'convolution':
    case 'depthwise':
    case 'dense':
      return weightedOutput(node, input, parameters.get(node.filter)?.shape ?? [], expect);
    case 'batchNorm':
      for (const name of [node.scale, node.shift, node.mean, node.variance]) expect(name, [channels]);
      return input;
    case 'add':
      if (input.join() !== other.join()) {
        throw broken(`"${node.name}" adds [${input.join(', ')}] and [${other.join(', ')}]`);
      }
      return input;
    case 'join':
      return [1, 1, inputs.reduce((sum, [rows, columns, depth]) => sum + rows * columns * depth, 0)];
    case 'maxPool':
    case 'averagePool':
      return pooledOutput(node, input);
    case 'resizeNearest':
      return [...node.size, channels];
    case 'globalAveragePool':
      return [1, 1, channels];
    default:
      return input;
  }
}

function weightedOutput(
  node: WeightedNode,
  input: ValueShape,
  filter: readonly number[],
  expect: (name: string, shape: readonly number[]) => void,
): ValueShape {
  const [height, width, channels] = input;
  const rank = node.kind === 'dense' ? 2 : 4;
  const sides = Array.from({ length: rank }, (_, axis) => filter[axis] ?? 0);
  const outChannels = node.kind === 'depthwise' ? channels : (sides[rank - 1] as number);
  expect(node.filter, [...sides.slice(0, -2), channels, node.kind === 'depthwise' ? 1 : outChannels]);
  if (node.bias) expect(node.bias, [outChannels]);
  if (node.kind === 'dense') return [height, width, outChannels];
  const { outHeight, outWidth } =
    node.kind === 'depthwise' ? shapeOfDepthwise(node, filter, 1, input) : shapeOfConvolution(node, filter, 1, input);
  return [outHeight, outWidth, outChannels];
}

function pooledOutput(node: PoolNode, input: ValueShape): ValueShape {
  const { outHeight, outWidth } = shapeOfPool(node, 1, input);
  return [outHeight, outWidth, input[2]];
}

function stepsOf({ nodes, outputs }: Graph, sums: boolean): Step[] {
  const readers = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    for (const input of node.inputs) readers.set(input, [...(readers.get(input) ?? []), node]);
  }
  const soleReader = (name: string): GraphNode | undefined => {
    const [reader, ...others] = readers.get(name) ?? [];
    return others.length === 0 && !outputs.includes(name) ? reader : undefined;
  };
  const joined = new Set<GraphNode>();
  const steps: { readonly step: Step; readonly last: GraphNode }[] = [];
  for (const node of nodes) {
    if (joined.has(node)) continue;
    const weighted = isWeighted(node);
    const reader = weighted ? soleReader(node.name) : undefined;
    const norm = node.kind === 'batchNorm' ? node : reader?.kind === 'batchNorm' ? reader : undefined;
    const after = weighted || norm ? soleReader((norm ?? node).name) : undefined;
    const activation = after?.kind === 'activation' ? after : undefined;
    const inner = activation ?? norm ?? node;
    const next = norm && sums ? soleReader(inner.name) : undefined;
    const addend =
      next?.kind === 'add' && !joined.has(next) ? next.inputs.find((name) => name !== inner.name) : undefined;
    const last = next && addend !== undefined ? next : inner;
    for (const each of [norm, activation, last]) if (each && each !== node) joined.add(each);
    const applied = activation?.activation ?? (node.kind === 'activation' ? node.activation : 'none');
    steps.push({ step: { node, norm, activation: applied, addend, output: last.name }, last });
  }
  // What a step adds is there where its sum stands.
  return steps.sort((a, b) => nodes.indexOf(a.last) - nodes.indexOf(b.last)).map(({ step }) => step);
}

function broken(fault: string): KernelError {
  return new KernelError('GRAPH', `The graph cannot be planned: ${fault}.`);
}
