import { describe, expect, it } from '@jest/globals';
import {
  type Configuration,
  defaultConfiguration,
  encodeGraph,
  enumerateConfigurations,
  faceDetectorSpace,
  GRAPH_NODES,
  graphOperations,
  planDetector,
  type SearchSpace,
  sampleConfigurations,
} from './index.js';
import { lcg } from './sampling.fixture.js';

/** Every architecture that differs in what shapes the graph. */
const shapes: SearchSpace = {
  ...faceDetectorSpace,
  dimensions: faceDetectorSpace.dimensions.map((dimension) =>
    ['depth', 'block', 'strides', 'pyramid', 'context'].includes(dimension.name)
      ? dimension
      : { ...dimension, values: [dimension.default] },
  ),
};
const architectures = [...enumerateConfigurations(shapes)];

function namesOf(configuration: Configuration): string[] {
  return [...encodeGraph(configuration).nodeOperations].filter((at) => at >= 0).map((at) => graphOperations[at]!);
}

const count = (configuration: Configuration, ...operations: string[]) =>
  namesOf(configuration).filter((name) => operations.includes(name)).length;

describe('the graph of a detector', () => {
  it('is different for every architecture that the space can shape, and the same again', () => {
    const texts = architectures.map((each) => {
      const { nodeOperations, edges } = encodeGraph(each);
      return `${nodeOperations.join()}/${edges.join('')}`;
    });
    expect(architectures).toHaveLength(3 * 2 * 4 * 2 * 2);
    expect(new Set(texts).size).toBe(architectures.length);
  });

  it('has the blocks that the plan has', () => {
    for (const configuration of architectures) {
      const { layers, levels } = planDetector(configuration);
      const named = (pattern: RegExp) => layers.filter(({ name }) => pattern.test(name)).length;
      expect(count(configuration, 'head')).toBe(levels.length);
      expect(count(configuration, 'context')).toBe(configuration.values.context === 'dilated' ? levels.length : 0);
      expect(count(configuration, 'merge')).toBe(named(/\.merge$/));
      expect(count(configuration, 'merge', 'lateral')).toBe(named(/\.lateral$/));
      expect(count(configuration, 'separable', 'reduce-separable', 'inverted', 'reduce-inverted')).toBe(
        new Set(layers.flatMap(({ name }) => name.match(/^stage\d+\.block\d+/)?.[0] ?? [])).size,
      );
      expect(count(configuration, 'inverted', 'reduce-inverted') > 0).toBe(configuration.values.block === 'inverted');
    }
  });

  it('runs forward from the stem to the output, through every node', () => {
    for (const configuration of architectures) {
      const { edges } = encodeGraph(configuration);
      const names = namesOf(configuration);
      expect([names[0], names.at(-1), names.length <= GRAPH_NODES]).toEqual(['stem', 'output', true]);
      const edge = (from: number, to: number) => edges[from * GRAPH_NODES + to] === 1;
      const all = [...edges.keys()].filter((at) => edges[at] === 1);
      expect(all.every((at) => Math.floor(at / GRAPH_NODES) < at % GRAPH_NODES)).toBe(true);
      expect(all.every((at) => at % GRAPH_NODES < names.length)).toBe(true);
      names.forEach((name, node) => {
        const others = [...names.keys()];
        expect(others.some((from) => edge(from, node))).toBe(name !== 'stem');
        expect(others.some((to) => edge(node, to))).toBe(name !== 'output');
      });
    }
  });

  it('merges a level with its backbone feature and the coarser level', () => {
    const { edges, nodeOperations } = encodeGraph(defaultConfiguration(faceDetectorSpace));
    const merge = graphOperations.indexOf('merge');
    const merges = [...nodeOperations.keys()].filter((node) => nodeOperations[node] === merge);
    expect(merges).toHaveLength(3);
    for (const node of merges) {
      const inputs = [...nodeOperations.keys()].filter((from) => edges[from * GRAPH_NODES + node] === 1);
      expect(inputs.map((from) => graphOperations[nodeOperations[from]!])).toEqual([
        'separable',
        expect.stringMatching(/lateral|merge/),
      ]);
    }
  });

  it('does not hang on sizes and training, anywhere in the space', () => {
    for (const configuration of sampleConfigurations(faceDetectorSpace, 300, lcg(3))) {
      const alike = architectures.find(({ values }) =>
        ['depth', 'block', 'strides', 'pyramid', 'context'].every(
          (name) => values[name] === configuration.values[name],
        ),
      )!;
      expect(encodeGraph(configuration)).toEqual(encodeGraph(alike));
      expect(count(configuration, 'output')).toBe(1);
    }
  });
});
