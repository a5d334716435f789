import type { KernelRuntime } from '@edgelore/kernels';
import { type Random, seededRandom } from '@edgelore/tensor';
import type { RankingLoss } from '../../losses/ranking-loss.js';
import { RankingError } from '../../ranking.error.js';
import type { FitOptions, Items, LabelledList, Scorer, ScorerArtefact } from '../scorer.js';
import { EncodedItems, type Scale, scaled, scaleOf } from './encoded-items.js';
import { type NetworkShape, parameterPlaces } from './network-shape.js';
import { RankingNetwork } from './ranking-network.js';
import { type Lesson, roomFor, trainNetwork } from './train-network.js';

export interface NetworkOptions {
  /** Graph convolutions. Default 3. */
  readonly layers?: number;
  /** Numbers a node carries. Default 32. */
  readonly width?: number;
  /** Default 64. */
  readonly embedding?: number;
  /** Default 64. */
  readonly hidden?: number;
  /** Networks whose scores are averaged. Default 1. */
  readonly members?: number;
  /** Times that training looks at every list. Default 100. */
  readonly epochs?: number;
  /** Rate of Adam at the start. Default 0.005. */
  readonly rate?: number;
  /** Items that a step ranks at once, about. Default 20, as AceNAS' code has it. */
  readonly batch?: number;
  /** Share of a weight taken off at a rate of 1. Default 0.0005. */
  readonly weightDecay?: number;
}

export const NETWORK_DEFAULTS: Required<NetworkOptions> = {
  layers: 3,
  width: 32,
  embedding: 64,
  hidden: 64,
  members: 1,
  epochs: 100,
  rate: 0.005,
  batch: 20,
  weightDecay: 5e-4,
};

/** A network with what it needs to read items and tasks. */
export interface NetworkWeights {
  readonly shape: NetworkShape;
  readonly features: Scale;
  readonly task: Scale;
  /** One list of flat parameters a member. */
  readonly members: readonly Float32Array[];
  /** Mean and deviation of each member's scores on what it was trained on: members are averaged on one scale. */
  readonly scores: readonly { readonly centre: number; readonly deviation: number }[];
}

/** Items that are scored at once. */
const CHUNK = 256;

/**
 * Trains networks on kernels: with graphs a graph ranker, on flat features a multi-layer perceptron.
 * @param start weights that training begins with, such as pre-trained ones; every member begins there
 * @throws RankingError `INVALID_EXPERIENCE` where no list has two items, or descriptions differ in length.
 */
export function fitNetworkScorer(
  runtime: KernelRuntime,
  items: Items,
  lists: readonly LabelledList[],
  options: FitOptions & NetworkOptions & { readonly start?: NetworkWeights },
): NetworkScorer {
  const settings = { ...NETWORK_DEFAULTS, ...options };
  const useful = lists.filter(({ items: rows }) => rows.length > 1);
  if (useful.length === 0) {
    throw new RankingError('INVALID_EXPERIENCE', 'No list has two items, so there is nothing to rank; add labels.');
  }
  const base = options.start ?? untrained(items, useful, settings, 1);
  const encoded = new EncodedItems(items, base.features);
  const lessons = useful.map((list) => rankingLesson(list, base.task, options.loss));
  const network = new RankingNetwork(runtime, base.shape, roomFor(lessons, settings.batch));
  try {
    const random = seededRandom(`${options.seed}`);
    const members: Float32Array[] = [];
    for (let member = 0; member < settings.members; member += 1) {
      const own = random.fork(`member ${member}`);
      begin(network, base.members[member % Math.max(1, base.members.length)], own);
      trainNetwork(network, encoded, lessons, settings, own);
      members.push(Float32Array.from(network.parameters));
    }
    const weights = { ...base, members, scores: [] };
    const unscaled = new NetworkScorer(runtime, weights);
    return new NetworkScorer(runtime, { ...weights, scores: unscaled.memberScales(encoded, useful) });
  } finally {
    network.dispose();
  }
}

/** Weights of no training yet for items and lists. */
export function untrained(
  items: Items,
  lists: readonly Pick<LabelledList, 'task'>[],
  { layers, width, embedding, hidden }: Required<Pick<NetworkOptions, 'layers' | 'width' | 'embedding' | 'hidden'>>,
  outputs: number,
): NetworkWeights {
  const { graphs } = items;
  const task = lists[0]?.task?.length ?? 0;
  if (lists.some((list) => (list.task?.length ?? 0) !== task)) {
    throw new RankingError('INVALID_EXPERIENCE', 'Descriptions of tasks differ in length; pass all of one extractor.');
  }
  if (!graphs && items.width === 0) {
    throw new RankingError('INVALID_EXPERIENCE', 'Items have neither graphs nor features; encode them first.');
  }
  return {
    shape: {
      graph: graphs ? { cells: graphs.cells, nodes: graphs.nodes, operations: graphs.operations, layers, width } : null,
      features: items.width,
      task,
      embedding,
      hidden,
      outputs,
    },
    features: scaleOf(
      Array.from({ length: items.count }, (_, at) => items.features.subarray(at * items.width, (at + 1) * items.width)),
      items.width,
    ),
    task: scaleOf(
      lists.flatMap((list) => (list.task ? [list.task] : [])),
      task,
    ),
    members: [],
    scores: [],
  };
}

/** Puts a network at the weights given, or at weights drawn. */
export function begin(network: RankingNetwork, start: Float32Array | undefined, random: Random): void {
  if (start) {
    network.parameters.set(start);
    network.forget();
  } else {
    network.initialise(random);
  }
}

function rankingLesson({ items, task, labels }: LabelledList, scale: Scale, loss: RankingLoss): Lesson {
  return {
    items,
    ...(task && { task: scaled(task, scale) }),
    slopes(chosen, outputs, slopes) {
      const gradient = new Float64Array(chosen.length);
      const curvature = new Float64Array(chosen.length);
      const listed = loss.forList(Float64Array.from(chosen, (at) => labels[at]!));
      listed.slopes(Float64Array.from(outputs), gradient, curvature);
      slopes.set(gradient);
    },
  };
}

/** Ranks by the mean of its networks' scores. */
export class NetworkScorer implements Scorer {
  readonly kind: 'graph' | 'mlp';

  constructor(
    private readonly runtime: KernelRuntime,
    readonly weights: NetworkWeights,
  ) {
    this.kind = weights.shape.graph ? 'graph' : 'mlp';
  }

  score(items: Items, task?: Float32Array): Float64Array {
    const { weights } = this;
    this.assertReads(items, task);
    const encoded = new EncodedItems(items, weights.features);
    const total = new Float64Array(items.count);
    weights.members.forEach((_, member) => {
      const { centre, deviation } = weights.scores[member]!;
      this.memberScores(member, encoded, items.count, task).forEach((score, at) => {
        total[at]! += (score - centre) / deviation / weights.members.length;
      });
    });
    return total;
  }

  freeze(): NetworkArtefact {
    const { shape, features, task, members, scores } = this.weights;
    return {
      format: 'scorer/1',
      kind: this.kind,
      shape,
      features,
      task,
      members: members.map((parameters) => base64(parameters)),
      scores,
    };
  }

  /** Mean and deviation of each member's scores over the lists' items. */
  memberScales(encoded: EncodedItems, lists: readonly LabelledList[]) {
    return this.weights.members.map((_, member) => {
      const said = lists.flatMap(({ items, task }) => [...this.memberScores(member, encoded, items, task)]);
      const centre = said.reduce((sum, score) => sum + score, 0) / said.length;
      const variance = said.reduce((sum, score) => sum + (score - centre) ** 2, 0) / said.length;
      return { centre, deviation: variance > 0 ? Math.sqrt(variance) : 1 };
    });
  }

  private memberScores(
    member: number,
    encoded: EncodedItems,
    rows: Int32Array | number,
    task?: Float32Array,
  ): Float64Array {
    const { weights, runtime } = this;
    const count = typeof rows === 'number' ? rows : rows.length;
    const room = Math.min(CHUNK, count);
    const network = new RankingNetwork(runtime, weights.shape, room);
    try {
      network.parameters.set(weights.members[member]!);
      const scores = new Float64Array(count);
      const description = task && scaled(task, weights.task);
      for (let from = 0; from < count; from += room) {
        const to = Math.min(count, from + room);
        network.load(typeof rows === 'number' ? encoded.span(from, to) : encoded.batch(rows.subarray(from, to)));
        scores.set(network.forward(description).subarray(0, to - from), from);
      }
      return scores;
    } finally {
      network.dispose();
    }
  }

  private assertReads(items: Items, task?: Float32Array): void {
    const { shape } = this.weights;
    const { graphs } = items;
    const fits =
      items.width === shape.features &&
      (task?.length ?? 0) === shape.task &&
      (shape.graph === null
        ? !graphs
        : graphs?.cells === shape.graph.cells &&
          graphs.nodes === shape.graph.nodes &&
          graphs.operations === shape.graph.operations);
    if (!fits) {
      throw new RankingError(
        'INVALID_MODEL',
        `The scorer reads ${described(shape)}; these items or this task's description are encoded otherwise.`,
      );
    }
  }
}

function described({ graph, features, task }: NetworkShape): string {
  const graphs = graph ? `graphs of ${graph.cells} x ${graph.nodes} nodes with ${graph.operations} operations, ` : '';
  return `${graphs}${features} features and descriptions of ${task} numbers`;
}

/** A network scorer as plain JSON; parameters as base64 of little-endian float32. */
export interface NetworkArtefact extends ScorerArtefact {
  readonly kind: 'graph' | 'mlp';
  readonly shape: NetworkShape;
  readonly features: Scale;
  readonly task: Scale;
  readonly members: readonly string[];
  readonly scores: NetworkWeights['scores'];
}

/**
 * The scorer that was frozen.
 * @throws RankingError `INVALID_MODEL` where the parameters are not as many as the shape asks for.
 */
export function thawNetwork(runtime: KernelRuntime, artefact: NetworkArtefact): NetworkScorer {
  const { count } = parameterPlaces(artefact.shape);
  const members = artefact.members.map((text) => {
    const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
    if (bytes.length !== 4 * count) {
      throw new RankingError(
        'INVALID_MODEL',
        `The scorer holds ${bytes.length / 4} parameters where its shape asks for ${count}; train it anew.`,
      );
    }
    return new Float32Array(bytes.buffer);
  });
  return new NetworkScorer(runtime, { ...artefact, members });
}

function base64(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}
