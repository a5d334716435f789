import { BASE_DIMENSION, EXTRACTOR_PARAMETERS, ExtractorNetwork, initialExtractor } from '@edgelore/descriptors';
import { runRound } from '@edgelore/federation/testing';
import { roundChanges, simulateRounds, updatedExtractor } from '@edgelore/ranking';
import { faceDetectorSpace, sampleConfigurations } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';

const configurations = sampleConfigurations(faceDetectorSpace, 6, seededRandom('trials'));
const task = (id: string, sign: number) => {
  const random = seededRandom(id);
  const centre = Array.from({ length: BASE_DIMENSION }, () => random.normal());
  return {
    id,
    base: Array.from({ length: 40 }, () => Float32Array.from(centre, (value) => value + 0.3 * random.normal())),
    trials: configurations.map((configuration) => ({
      configuration,
      score: 0.5 + (sign * Number(configuration.values.inputSize)) / 1000,
    })),
  };
};
const open = [task('open 1', 1), task('open 2', -1)];
const owners = ['a', 'b', 'c', 'd'].map((id, at) => task(id, at % 2 === 0 ? 1 : -1));
const extractor = initialExtractor(
  1,
  [...open, ...owners].flatMap(({ base }) => base),
);

describe('the mean of a round', () => {
  it('is the same under masks as in the open, for real changes of a real extractor', async () => {
    const options = { extractor, open, owners, seed: 1, clip: 0.5 };
    const changes = roundChanges(options, extractor);
    const plan = { round: 'mean', seats: 4, threshold: 3, length: EXTRACTOR_PARAMETERS, bound: 0.5 };
    const { sum } = await runRound(plan, changes);
    const mean = sum.map((value) => value / 4);
    mean.forEach((value, at) => {
      const exact = changes.reduce((total, change) => total + change[at]!, 0) / 4;
      expect(Math.abs(value - exact)).toBeLessThan(1e-6);
    });
    const masked = new ExtractorNetwork(updatedExtractor(extractor, mean)).parameters;
    const simulated = new ExtractorNetwork(simulateRounds(options).federated).parameters;
    expect(Math.max(...masked.map((value, at) => Math.abs(value - simulated[at]!)))).toBeLessThan(1e-6);
  });
});
