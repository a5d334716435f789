import {
  type Configuration,
  encodeGraph,
  faceDetectorSpace,
  GRAPH_NODES,
  graphOperations,
  type SearchSpace,
} from '@edgelore/search-space';
import type { Graphs, Items, ScorerKind } from '../scorers/scorer.js';
import { configurationFeatures, featureWidth } from './configuration-features.js';

/** Whether configurations of a space have graphs. */
export function hasGraphs(space: SearchSpace): boolean {
  return space.id === faceDetectorSpace.id;
}

/** Configurations as a scorer of this kind reads them: their features, and for graph rankers their detectors' graphs. */
export function configurationItems(
  space: SearchSpace,
  configurations: readonly Configuration[],
  kind: ScorerKind,
): Items {
  const width = featureWidth(space);
  const features = new Float32Array(configurations.length * width);
  configurations.forEach((configuration, at) => {
    features.set(configurationFeatures(space, configuration), at * width);
  });
  const items = { count: configurations.length, features, width };
  return kind === 'graph' ? { ...items, graphs: detectorGraphs(configurations) } : items;
}

function detectorGraphs(configurations: readonly Configuration[]): Graphs {
  const nodeOperations = new Int8Array(configurations.length * GRAPH_NODES);
  const edges = new Uint8Array(configurations.length * GRAPH_NODES ** 2);
  configurations.forEach((configuration, at) => {
    const graph = encodeGraph(configuration);
    nodeOperations.set(graph.nodeOperations, at * GRAPH_NODES);
    edges.set(graph.edges, at * GRAPH_NODES ** 2);
  });
  return { cells: 1, nodes: GRAPH_NODES, operations: graphOperations.length, nodeOperations, edges };
}
