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
 *
 * @example
 * ```ts
 * import { KernelRuntime } from '@edgelore/kernels';
 *
 * const runtime = await KernelRuntime.start({ threads: 1 });
 * const items = { count: 20, features: Float32Array.from({ length: 20 }, (_, at) => at / 20), width: 1 };
 * const lists = [{ items: Int32Array.of(0, 5, 10, 15), labels: Float64Array.of(0.1, 0.4, 0.6, 0.9) }];
 * const scorer = fitNetworkScorer(runtime, items, lists, { loss: lambdaRank(), seed: 1 });
 * const scores = scorer.score(items);
 * scores[19]! > scores[1]!; // => true
 * ```
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
    const scores = members.map((parameters) => {
      const single = new NetworkScorer(runtime, { ...base, members: [parameters], scores: [] });
      return scaleOfScores(useful.map((list) => single.scoreRows(items, list.items, list.task)));
    });
    return new NetworkScorer(runtime, { ...base, members, scores });
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
  /** By member. */
  readonly #embeddings = new WeakMap<Items, Float32Array[]>();

  constructor(
    private readonly runtime: KernelRuntime,
    readonly weights: NetworkWeights,
  ) {
    this.kind = weights.shape.graph ? 'graph' : 'mlp';
  }

  /** Scores of all items, [count]. What does not depend on the task is computed once for an `items` object, which must not change. */
  score(items: Items, task?: Float32Array): Float64Array {
    this.assertReads(items, task);
    return this.average(
      items.count,
      (network, member) => {
        const embeddings = this.embeddingsOf(items, network, member);
        return (from, to) => network.embeddings.set(embeddings.subarray(from * this.width, to * this.width));
      },
      task,
    );
  }

  /** Scores of some items, [rows]. */
  scoreRows(items: Items, rows: Int32Array, task?: Float32Array): Float64Array {
    this.assertReads(items, task);
    const encoded = new EncodedItems(items, this.weights.features);
    return this.average(
      rows.length,
      (network) => (from, to) => {
        network.load(encoded.batch(rows.subarray(from, to)));
        network.embed();
      },
      task,
    );
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

  private get width(): number {
    return this.weights.shape.embedding;
  }

  /** Mean over the members of their scores, each on its scale. `embed` puts the embeddings of items `from` to `to` into the network. */
  private average(
    count: number,
    embedder: (network: RankingNetwork, member: number) => (from: number, to: number) => void,
    task: Float32Array | undefined,
  ): Float64Array {
    const { members, scores: scales, shape, task: scale } = this.weights;
    const total = new Float64Array(count);
    const room = Math.min(CHUNK, count);
    const description = task && scaled(task, scale);
    withNetwork(this.runtime, shape, room, (network) => {
      members.forEach((parameters, member) => {
        network.parameters.set(parameters);
        const embed = embedder(network, member);
        const { centre, deviation } = scales[member] ?? { centre: 0, deviation: 1 };
        for (let from = 0; from < count; from += room) {
          const to = Math.min(count, from + room);
          embed(from, to);
          const said = network.answer(description);
          for (let at = from; at < to; at += 1) {
            total[at]! += (said[at - from]! - centre) / deviation / members.length;
          }
        }
      });
    });
    return total;
  }

  private embeddingsOf(items: Items, network: RankingNetwork, member: number): Float32Array {
    const known = this.#embeddings.get(items) ?? [];
    this.#embeddings.set(items, known);
    known[member] ??= embeddingsOf(new EncodedItems(items, this.weights.features), items.count, network);
    return known[member]!;
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

function scaleOfScores(lists: readonly Float64Array[]): { centre: number; deviation: number } {
  const said = lists.flatMap((scores) => [...scores]);
  const centre = said.reduce((sum, score) => sum + score, 0) / said.length;
  const variance = said.reduce((sum, score) => sum + (score - centre) ** 2, 0) / said.length;
  return { centre, deviation: variance > 0 ? Math.sqrt(variance) : 1 };
}

function embeddingsOf(encoded: EncodedItems, count: number, network: RankingNetwork): Float32Array {
  const { embedding } = network.shape;
  const all = new Float32Array(count * embedding);
  for (let from = 0; from < count; from += network.room) {
    const to = Math.min(count, from + network.room);
    network.load(encoded.span(from, to));
    all.set(network.embed().subarray(0, (to - from) * embedding), from * embedding);
  }
  return all;
}

function withNetwork(
  runtime: KernelRuntime,
  shape: NetworkShape,
  room: number,
  use: (network: RankingNetwork) => void,
): void {
  const network = new RankingNetwork(runtime, shape, room);
  try {
    use(network);
  } finally {
    network.dispose();
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
 *
 * @example
 * ```ts
 * import { KernelRuntime } from '@edgelore/kernels';
 *
 * const runtime = await KernelRuntime.start({ threads: 1 });
 * const items = { count: 4, features: Float32Array.of(1, 2, 3, 4), width: 1 };
 * const lists = [{ items: Int32Array.of(0, 3), labels: Float64Array.of(0, 1) }];
 * const scorer = fitNetworkScorer(runtime, items, lists, { loss: rankNet(), seed: 1, epochs: 2 });
 * thawNetwork(runtime, scorer.freeze()).score(items)[2] === scorer.score(items)[2]; // => true
 * ```
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
