import { faceDetectorSpace, sampleConfigurations } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { topKRegret } from '../metrics.js';
import { average } from './experience.js';
import { thawRanker } from './ranker.js';
import { recommend } from './recommend.js';
import { type SimulatedWorld, simulatedWorld } from './testing/simulated-tasks.js';
import { trainRanker } from './train-ranker.js';

describe('on tasks left out', () => {
  /** Mean regret@1 over a sample of the space, by strategy, on the world's last three tasks, which training did not see. */
  function regretsOf({ tasks, extractor }: SimulatedWorld): Record<string, number> {
    const sample = sampleConfigurations(faceDetectorSpace, 500, seededRandom(8));
    const experience = tasks.slice(0, -3).map(({ task }) => task);
    const { ranker } = trainRanker({ seed: 1, extractor, tasks: experience });
    const regrets: Record<string, number[]> = { random: [], 'cold-portfolio': [], 'nearest-tasks': [], ranker: [] };
    for (const { task, truth } of tasks.slice(-3)) {
      const scores = sample.map(truth);
      const best = Math.max(...scores);
      regrets.random!.push(
        topKRegret(
          scores.map(() => 0),
          scores,
          1,
        ),
      );
      for (const strategy of ['cold-portfolio', 'nearest-tasks', 'ranker'] as const) {
        const [first] = recommend({
          ranker: thawRanker({ ...ranker, strategy }),
          description: task.description,
          experience,
          count: 1,
          seed: 1,
          sample: 500,
        });
        regrets[strategy]!.push(best - truth(first!.configuration));
      }
    }
    return Object.fromEntries(Object.entries(regrets).map(([strategy, values]) => [strategy, average(values)]));
  }

  it('the ranker beats random by far, and best-on-average where tasks differ', () => {
    const regrets = [21, 22, 23, 24].map((seed) => regretsOf(simulatedWorld(seed, { tasks: 9, trials: 18 })));
    const mean = (strategy: string) => average(regrets.map((one) => one[strategy]!));
    expect(mean('ranker')).toBeLessThan(0.5 * mean('random'));
    expect(mean('ranker')).toBeLessThan(0.8 * mean('cold-portfolio'));
    expect(mean('nearest-tasks')).toBeLessThan(0.7 * mean('random'));
  });
});
