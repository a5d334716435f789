import { faceDetectorSpace, sampleConfigurations } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import type { BilinearArtefact } from '../scorers/bilinear/bilinear-scorer.js';
import { Choices } from './choices.js';
import { gate } from './gate.js';
import { rank } from './rank.js';
import { thawRanker } from './ranker.js';
import { parseRanker, type RankerVersion } from './ranker-version.js';
import { simulatedWorld } from './testing/simulated-tasks.js';
import { trainRanker } from './train-ranker.js';

// Three tasks: only the bilinear scorer is tried.
const world = simulatedWorld(71, { tasks: 3, trials: 20, difference: 0 });
const experience = world.tasks.map(({ task }) => task);
const today = trainRanker({ seed: 1, extractor: world.extractor, tasks: experience }).ranker;
const weightsOf = ({ scorer }: RankerVersion['members'][number]) => (scorer as BilinearArtefact).weights;

/** The same ranker as version 0.1 of the platform stored it. */
function stored(): unknown {
  const { scorer, loss, tried, members, folds, ...kept } = today;
  return JSON.parse(
    JSON.stringify({
      ...kept,
      format: 'ranker/1',
      members: members.map(weightsOf),
      folds: folds.map(({ heldOut, member }) => ({ heldOut, weights: weightsOf(member) })),
    }),
  );
}

describe('a ranker of the first format', () => {
  it('reads as a bilinear one, and ranks as it did', () => {
    const old = parseRanker(stored());
    expect(old).toEqual({ ...today, tried: [] });
    const choices = new Choices(faceDetectorSpace, sampleConfigurations(faceDetectorSpace, 30, seededRandom(2)));
    const { description } = experience[0]!;
    expect(rank(thawRanker(stored() as RankerVersion), description, choices)).toEqual(
      rank(thawRanker(today), description, choices),
    );
  });

  it('is judged beside a candidate of today', () => {
    const verdict = gate({ candidate: today, current: stored() as RankerVersion, experience });
    expect(verdict).toMatchObject({ verdict: 'promote', reason: expect.stringContaining('NDCG@10 +0.000') });
  });

  it.each([[{ format: 'ranker/9' }], [null], ['text'], [{}]])('is not %j', (json) => {
    expect(() => parseRanker(json)).toThrow(expect.objectContaining({ code: 'INVALID_MODEL' }));
  });
});

describe('thawRanker', () => {
  it('asks for kernels where a member is a network', () => {
    const network = { ...today.members[0]!, scorer: { format: 'scorer/1' as const, kind: 'mlp' as const } };
    expect(() => thawRanker({ ...today, members: [network] })).toThrow('start a KernelRuntime');
  });

  it('refuses a kind that it does not know', () => {
    const foreign = { ...today.members[0]!, scorer: JSON.parse('{ "format": "scorer/1", "kind": "oracle" }') };
    expect(() => thawRanker({ ...today, members: [foreign] })).toThrow('no scorer of kind oracle');
  });
});
