import { KernelRuntime } from '@edgelore/kernels';
import { type Configuration, faceDetectorSpace, sampleConfigurations } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Choices } from './choices.js';
import { crossFit, splitFolds } from './cross-fit.js';
import { type ExperienceTask, taskTables } from './experience.js';
import { gate } from './gate.js';
import { rank } from './rank.js';
import { thawRanker } from './ranker.js';
import type { RankerVersion } from './ranker-version.js';
import { Recommender } from './recommend.js';
import { bilinearRecipe } from './scorer-recipe.js';
import { simulatedWorld } from './testing/simulated-tasks.js';
import { trainRanker } from './train-ranker.js';

const runtime = await KernelRuntime.start({ threads: 1 });
afterAll(() => runtime.dispose());

const world = simulatedWorld(61, { tasks: 5, trials: 26 });
/** Good is one of two choices, but not both: no sum of effects says that. */
const isGood = ({ values }: Configuration) => (values.block === 'inverted') !== (values.context === 'dilated');
const score = (configuration: Configuration) =>
  0.1 + 0.4 * Number(isGood(configuration)) + (0.4 * Number(configuration.values.inputSize)) / 320;
const random = seededRandom(1);
const experience: ExperienceTask[] = world.tasks.map(({ task }) => ({
  ...task,
  trials: task.trials.map(({ configuration }) => ({
    configuration,
    score: score(configuration) + 0.05 * random.uniform(),
  })),
}));
const few = experience.slice(0, 3);
const current = trainRanker({ seed: 1, extractor: world.extractor, tasks: few, runtime }).ranker;
const { ranker: candidate, metrics } = trainRanker({ seed: 1, extractor: world.extractor, tasks: experience, runtime });

describe('where an interaction decides', () => {
  it('starts with the bilinear scorer, and takes another kind once there are tasks to tell by', () => {
    expect([current.scorer, current.tried.map(({ scorer }) => scorer)]).toEqual(['bilinear', ['bilinear']]);
    expect(candidate.tried.map(({ scorer }) => scorer)).toEqual(['bilinear', 'trees', 'mlp', 'graph']);
    expect(candidate.scorer).not.toBe('bilinear');
  });

  it('records what was tried and what was chosen', () => {
    const chosen = candidate.tried.find(({ scorer }) => scorer === candidate.scorer)!;
    expect(chosen.loss).toEqual(candidate.loss);
    expect(chosen.ndcg10).toBeGreaterThan(candidate.tried[0]!.ndcg10 + 0.02);
    expect(metrics).toMatchObject({
      ndcg10: chosen.ndcg10,
      'bilinear.ndcg10': candidate.tried[0]!.ndcg10,
      'graph.regret1': candidate.tried[3]!.regret1,
    });
    expect(candidate.training).toMatchObject({ seed: '1', dataHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('promotes it over what did well everywhere, and says so', () => {
    const verdict = gate({ candidate, current, experience, runtime });
    expect(verdict.verdict).toBe('promote');
    expect(verdict.reason).toMatch(/^(Trees|Mlp|Graph) instead of cold-portfolio: NDCG@10 \+/);
  });

  it('rejects the way back', () => {
    const tables = taskTables(faceDetectorSpace, experience);
    const groups = splitFolds(tables, 8);
    const options = { recipe: bilinearRecipe, space: faceDetectorSpace, groups, seed: '1', runtime };
    const { folds, evidence } = crossFit({ ...options, tablesOf: () => tables })!;
    const members = folds.map(({ member }) => member);
    const back: RankerVersion = { ...candidate, scorer: 'bilinear', members, folds, evidence };
    const { verdict, reason } = gate({ candidate: back, current: candidate, experience, runtime });
    expect([verdict, reason]).toEqual(['reject', expect.stringContaining('bilinear instead of')]);
  });

  it('recommends the better side of it', () => {
    const recommender = new Recommender({
      ranker: thawRanker({ ...candidate, strategy: 'ranker' }, runtime),
      experience,
      seed: 1,
      sample: 300,
    });
    for (const { description } of world.tasks.map(({ task }) => task)) {
      const found = recommender.recommend({ description, count: 5 });
      expect(found.map(({ reason }) => reason)).toEqual(Array(5).fill('ranker'));
      expect(found.every(({ configuration }) => isGood(configuration))).toBe(true);
    }
  });

  it('is the same bytes again, and the same ranking after JSON', () => {
    const again = trainRanker({
      seed: 1,
      extractor: world.extractor,
      tasks: [...experience].reverse(),
      runtime,
    }).ranker;
    expect(JSON.stringify(again)).toBe(JSON.stringify(candidate));
    const choices = new Choices(faceDetectorSpace, sampleConfigurations(faceDetectorSpace, 50, seededRandom(5)));
    const { description } = experience[0]!;
    expect(rank(thawRanker(JSON.parse(JSON.stringify(candidate)), runtime), description, choices)).toEqual(
      rank(thawRanker(candidate, runtime), description, choices),
    );
  });
});
