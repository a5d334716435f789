import { KernelRuntime } from '@edgelore/kernels';
import { seededRandom } from '@edgelore/tensor';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lambdaRank } from '../../losses/lambdarank.js';
import { squaredError } from '../../losses/squared-error.js';
import { kendallTau } from '../../metrics.js';
import { pretrainNetwork } from '../../weak-labels/pretrain-network.js';
import type { Items, LabelledList } from '../scorer.js';
import { fitNetworkScorer, thawNetwork } from './network-scorer.js';

let runtime: KernelRuntime;
beforeAll(async () => {
  runtime = await KernelRuntime.start({ threads: 1 });
});
afterAll(() => runtime.dispose());

const NODES = 5;

/** Chains whose worth is the number of times that operation 1 follows on operation 0: only the edges and operations together tell. */
function chains(count: number, seed: number): { items: Items; worth: Float64Array } {
  const random = seededRandom(seed);
  const nodeOperations = Int8Array.from({ length: count * NODES }, () => random.integer(3));
  const edges = new Uint8Array(count * NODES * NODES);
  const worth = new Float64Array(count);
  for (let item = 0; item < count; item += 1) {
    for (let node = 0; node + 1 < NODES; node += 1) {
      edges[(item * NODES + node) * NODES + node + 1] = 1;
      const [here, next] = [nodeOperations[item * NODES + node], nodeOperations[item * NODES + node + 1]];
      worth[item]! += here === 0 && next === 1 ? 1 : 0;
    }
  }
  const graphs = { cells: 1, nodes: NODES, operations: 3, nodeOperations, edges };
  return { items: { count, features: new Float32Array(), width: 0, graphs }, worth };
}

const SMALL = { width: 16, embedding: 16, hidden: 16, epochs: 80 } as const;

describe('fitNetworkScorer', () => {
  it('learns from graphs what no count of operations tells', () => {
    const { items, worth } = chains(400, 1);
    const rows = Int32Array.from({ length: 200 }, (_, at) => at);
    const list = { items: rows, labels: worth.slice(0, 200) };
    const scorer = fitNetworkScorer(runtime, items, [list], { loss: squaredError(), seed: 1, ...SMALL });
    expect(kendallTau(scorer.score(items).slice(200), worth.slice(200))).toBeGreaterThan(0.7);
  });

  it('learns from descriptions which feature counts', () => {
    const random = seededRandom(2);
    const features = Float32Array.from({ length: 80 }, () => random.normal());
    const items: Items = { count: 40, features, width: 2 };
    const rows = Int32Array.from({ length: 40 }, (_, at) => at);
    const listOf = (direction: number): LabelledList => ({
      task: Float32Array.of(Math.cos(direction), Math.sin(direction)),
      items: rows,
      labels: Float64Array.from(
        rows,
        (row) => Math.cos(direction) * features[2 * row]! + Math.sin(direction) * features[2 * row + 1]!,
      ),
    });
    const lists = Array.from({ length: 16 }, (_, at) => listOf((at * Math.PI) / 8));
    const scorer = fitNetworkScorer(runtime, items, lists, { loss: squaredError(), seed: 1, batch: 40 });
    const unseen = listOf(1);
    expect(scorer.kind).toBe('mlp');
    expect(kendallTau(scorer.score(items, unseen.task), unseen.labels)).toBeGreaterThan(0.8);
  });

  it('repeats bit for bit, and differs under another seed', () => {
    const { items, worth } = chains(40, 3);
    const fit = (seed: number) =>
      fitNetworkScorer(runtime, items, [{ items: Int32Array.from(worth.keys()), labels: worth }], {
        loss: lambdaRank(),
        seed,
        ...SMALL,
        epochs: 5,
        members: 2,
      }).freeze();
    const first = fit(1);
    expect(fit(1)).toEqual(first);
    expect(fit(2).members).not.toEqual(first.members);
    expect(first.members[0]).not.toEqual(first.members[1]);
  });

  it('thaws as it was frozen', () => {
    const { items, worth } = chains(30, 4);
    const list = { items: Int32Array.from(worth.keys()), labels: worth };
    const scorer = fitNetworkScorer(runtime, items, [list], { loss: lambdaRank(), seed: 1, ...SMALL, epochs: 3 });
    const artefact = JSON.parse(JSON.stringify(scorer.freeze()));
    expect(thawNetwork(runtime, artefact).score(items)).toEqual(scorer.score(items));
    expect(() => thawNetwork(runtime, { ...artefact, members: ['AAAA'] })).toThrow(
      expect.objectContaining({ code: 'INVALID_MODEL' }),
    );
  });

  it('scores an item alike, whatever stands beside it', () => {
    const { items, worth } = chains(600, 5);
    const list = { items: Int32Array.from({ length: 50 }, (_, at) => at), labels: worth.slice(0, 50) };
    const scorer = fitNetworkScorer(runtime, items, [list], { loss: lambdaRank(), seed: 1, ...SMALL, epochs: 2 });
    const last = {
      ...items,
      count: 1,
      graphs: {
        ...items.graphs!,
        nodeOperations: items.graphs!.nodeOperations.slice(-NODES),
        edges: items.graphs!.edges.slice(-NODES * NODES),
      },
    };
    expect(scorer.score(items).at(-1)).toBeCloseTo(scorer.score(last)[0]!, 5);
  });

  it('refuses items of another encoding, and lists with nothing to rank', () => {
    const { items, worth } = chains(30, 6);
    const options = { loss: lambdaRank(), seed: 1, ...SMALL, epochs: 1 };
    const scorer = fitNetworkScorer(runtime, items, [{ items: Int32Array.from(worth.keys()), labels: worth }], options);
    expect(() => scorer.score({ count: 1, features: Float32Array.of(1), width: 1 })).toThrow(/graphs of 1 x 5 nodes/);
    expect(() => scorer.score(items, Float32Array.of(1))).toThrow(/descriptions of 0 numbers/);
    const single = { items: Int32Array.of(0), labels: Float64Array.of(1) };
    expect(() => fitNetworkScorer(runtime, items, [single], options)).toThrow(/nothing to rank/);
    const uneven = [1, 2].map((length) => ({
      task: new Float32Array(length),
      items: Int32Array.of(0, 1),
      labels: Float64Array.of(0, 1),
    }));
    expect(() => fitNetworkScorer(runtime, items, uneven, options)).toThrow(/differ in length/);
  });
});

describe('pretrainNetwork', () => {
  it('lets a network rank before it has seen many labels', () => {
    const { items, worth } = chains(400, 7);
    const random = seededRandom('noise');
    const all = Int32Array.from(worth.keys());
    // The proxy is the worth with noise; the other head says nothing.
    const labels = Float32Array.from({ length: 800 }, (_, at) =>
      at % 2 === 0 ? worth[at / 2]! + 0.3 * random.normal() : random.normal(),
    );
    labels[0] = Number.NaN;
    const weak = { heads: ['proxy', 'noise'], lists: [{ items: all, labels }] };
    const start = pretrainNetwork(runtime, items, weak, { seed: 1, head: 'proxy', ...SMALL, epochs: 60 });
    const few = { items: all.slice(0, 8), labels: worth.slice(0, 8) };
    const options = { loss: lambdaRank(), seed: 1, ...SMALL, epochs: 10, rate: 0.002 };
    const tau = (scores: Float64Array) => kendallTau(scores, worth);
    const cold = tau(fitNetworkScorer(runtime, items, [few], options).score(items));
    const warm = tau(fitNetworkScorer(runtime, items, [few], { ...options, start }).score(items));
    expect(start.shape.outputs).toBe(1);
    expect(warm).toBeGreaterThan(0.6);
    expect(warm).toBeGreaterThan(cold + 0.1);
  });

  it('names a head that there is not, and a list of the wrong size', () => {
    const { items } = chains(10, 8);
    const weak = { heads: ['flops'], lists: [{ items: Int32Array.of(0, 1), labels: new Float32Array(3) }] };
    expect(() => pretrainNetwork(runtime, items, weak, { seed: 1, head: 'zen' })).toThrow(/name one of flops/);
    expect(() => pretrainNetwork(runtime, items, weak, { seed: 1, head: 'flops' })).toThrow(/Weak list 0 has 3 labels/);
  });
});
