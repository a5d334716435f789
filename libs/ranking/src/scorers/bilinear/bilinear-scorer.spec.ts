import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { rankNet } from '../../losses/ranknet.js';
import { kendallTau } from '../../metrics.js';
import type { Items } from '../scorer.js';
import { fitBilinearScorer, thawBilinear } from './bilinear-scorer.js';
import { ScoreNetwork } from './score-network.js';

const random = seededRandom(8);
const [count, width, dimension] = [90, 4, 3];
const normals = (length: number) => Float32Array.from({ length }, () => random.normal());
const items: Items = { count, features: normals(count * width), width };
const effects = normals(width * dimension);
/** Features act by the task's description. */
const truth = (item: number, task: Float32Array) =>
  task.reduce(
    (sum, value, axis) =>
      sum +
      value *
        items.features
          .subarray(item * width, (item + 1) * width)
          .reduce((a, x, at) => a + x * effects[axis * width + at]!, 0),
    0,
  );
function listOf(task: Float32Array, rows: readonly number[]) {
  return { task, items: Int32Array.from(rows), labels: Float64Array.from(rows, (row) => truth(row, task)) };
}
const lists = Array.from({ length: 12 }, () =>
  listOf(
    normals(dimension),
    Array.from({ length: 20 }, () => random.integer(count)),
  ),
);
const options = { loss: rankNet(), seed: 'spec' };
const scorer = fitBilinearScorer(items, lists, options);

describe('the bilinear scorer', () => {
  it('ranks for a task that it never saw', () => {
    const task = normals(dimension);
    const scores = scorer.score(items, task);
    const wanted = Array.from({ length: count }, (_, item) => truth(item, task));
    expect(kendallTau(scores, wanted)).toBeGreaterThan(0.8);
  });

  it('is the network that was trained', () => {
    const { weights } = scorer.freeze() as ReturnType<typeof scorer.freeze> & {
      weights: ReturnType<ScoreNetwork['freeze']>;
    };
    const network = new ScoreNetwork(
      width,
      dimension,
      weights.task.length,
      Float64Array.from(weights.centre),
      weights.scale,
    );
    network.parameters.set([...weights.main, ...weights.configuration.flat(), ...weights.task.flat()]);
    const task = normals(dimension);
    const rows = Array.from({ length: count }, (_, item) =>
      Float64Array.from(items.features.subarray(item * width, (item + 1) * width)),
    );
    const { scores } = network.forward(task, rows);
    scorer.score(items, task).forEach((score, item) => {
      expect(score).toBeCloseTo(scores[item]!, 10);
    });
  });

  it('is the same after a round trip through JSON, and for the same seed', () => {
    const task = normals(dimension);
    const again = thawBilinear(JSON.parse(JSON.stringify(scorer.freeze())));
    expect(again.score(items, task)).toEqual(scorer.score(items, task));
    expect(JSON.stringify(fitBilinearScorer(items, lists, options).freeze())).toBe(JSON.stringify(scorer.freeze()));
    expect(fitBilinearScorer(items, lists, { ...options, seed: 2 }).freeze()).not.toEqual(scorer.freeze());
  });

  it('learns from views of a task in place of its description', () => {
    const viewed = lists.map((list) => ({ ...list, views: [list.task, list.task.map((value) => value + 0.01)] }));
    expect(fitBilinearScorer(items, viewed, options).freeze()).not.toEqual(scorer.freeze());
    expect(
      fitBilinearScorer(
        items,
        lists.map((list) => ({ ...list, views: [list.task] })),
        options,
      ).freeze(),
    ).toEqual(scorer.freeze());
  });

  it('needs no description where there is one task', () => {
    const list = { items: Int32Array.from({ length: count }, (_, at) => at), labels: new Float64Array(count) };
    list.labels.set(Array.from({ length: count }, (_, item) => items.features[item * width]!));
    const alone = fitBilinearScorer(items, [list], options);
    expect(kendallTau(alone.score(items), list.labels)).toBeGreaterThan(0.8);
  });

  it('refuses what does not fit, by name', () => {
    expect(() => fitBilinearScorer(items, [], options)).toThrow(
      expect.objectContaining({ code: 'TOO_LITTLE_EXPERIENCE' }),
    );
    expect(() => fitBilinearScorer(items, [lists[0]!, { ...lists[1]!, task: normals(2) }], options)).toThrow(
      'differ in length',
    );
    expect(() => scorer.score({ ...items, features: normals(count * 2), width: 2 }, normals(dimension))).toThrow(
      'not 2 and 3',
    );
    expect(() => scorer.score(items)).toThrow('not 4 and 0');
    expect(() => thawBilinear({ format: 'scorer/1', kind: 'trees' })).toThrow('kind trees');
    const artefact = JSON.parse(JSON.stringify(scorer.freeze()));
    artefact.weights.main[0] = null;
    expect(() => thawBilinear(artefact)).toThrow(expect.objectContaining({ code: 'INVALID_MODEL' }));
    expect(() => thawBilinear(null)).toThrow('format undefined');
  });
});
