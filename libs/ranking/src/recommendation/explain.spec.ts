import {
  type Configuration,
  configurationId,
  defaultConfiguration,
  faceDetectorSpace,
  parseConfiguration,
  sampleConfigurations,
} from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { Choices } from './choices.js';
import { configurationFeatures } from './configuration-features.js';
import { departures } from './evidence.js';
import { type TaskTable, taskTables } from './experience.js';
import { type Driver, expectedRegret, explainRanking } from './explain.js';
import { PastTasks } from './past-tasks.js';
import { rank } from './rank.js';
import { thawRanker } from './ranker.js';
import type { Strategy } from './ranker-version.js';
import { Recommender } from './recommend.js';
import { simulatedWorld } from './testing/simulated-tasks.js';
import { trainRanker } from './train-ranker.js';

const world = simulatedWorld(43, { tasks: 6, trials: 14 });
const [own, ...past] = world.tasks.map(({ task }) => task);
const description = own!.description;
const { ranker: version } = trainRanker({ seed: 1, extractor: world.extractor, tasks: past });
const standard = defaultConfiguration(faceDetectorSpace);

/** Scores as each strategy's own function gives them, one configuration at a time. */
const tables = taskTables(faceDetectorSpace, past);
const { mean } = taskTables(faceDetectorSpace, [own!])[0]!;
const thawed = thawRanker(version);
const outOfFold = (table: TaskTable) => {
  const fold = thawed.folds.find(({ heldOut }) => heldOut.some(({ id }) => id === table.id))!;
  return fold.member.score(new Choices(faceDetectorSpace, table.configurations).items(version.scorer), table.mean);
};
const believed = (
  one: Configuration,
  expected: number,
  departuresOf: (table: TaskTable) => Float64Array,
  isDescribed: boolean,
) => {
  const features = [configurationFeatures(faceDetectorSpace, one)];
  return new PastTasks(tables).believe({ mean, expected: [expected], features }, departuresOf, isDescribed).mean[0]!;
};
const scoreBy: Record<Strategy, (configuration: Configuration) => number> = {
  ranker: (one) => {
    const [ranked] = rank(thawed, description, new Choices(faceDetectorSpace, [one]));
    return believed(one, ranked!.score, (table) => departures(table, outOfFold(table)), true);
  },
  'nearest-tasks': (one) => believed(one, 0, ({ standardised }) => standardised, true),
  'cold-portfolio': (one) => believed(one, 0, ({ standardised }) => standardised, false),
};

describe('the explanation of a ranking', () => {
  it.each(Object.keys(scoreBy) as Strategy[])('is what the scores say (%s)', (strategy) => {
    const ranker = thawRanker({ ...version, strategy });
    const recommender = new Recommender({ ranker, experience: past, seed: 7, sample: 400 });
    const found = recommender.recommend({ description, count: 5 });
    const ranked = found.map(({ configuration }) => configuration);
    const explained = recommender.explain({ description }, ranked);
    expect(explained).toHaveLength(5);
    let checked = 0;
    explained.forEach(({ caution, againstDefault, againstNext }, at) => {
      const { configuration, score } = found[at]!;
      expect(caution).toBeGreaterThan(0);
      const check = (drivers: readonly Driver[], other: Configuration) => {
        const different = Object.keys(other.values).filter((name) => configuration.values[name] !== other.values[name]);
        expect(drivers.map(({ dimension }) => dimension).sort()).toEqual(different.sort());
        for (const { dimension, value, instead, gain } of drivers) {
          expect([value, instead]).toEqual([configuration.values[dimension], other.values[dimension]]);
          const changed = { ...configuration, values: { ...configuration.values, [dimension]: instead } };
          if (gain === null) {
            expect(() => parseConfiguration(faceDetectorSpace, changed)).toThrow();
          } else {
            expect(gain).toBeCloseTo(score - scoreBy[strategy](changed), 5);
            checked += 1;
          }
        }
        const sizes = drivers.map(({ gain }) => Math.abs(gain ?? 0));
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      };
      check(againstDefault, standard);
      check(againstNext, ranked[at + 1] ?? configuration);
    });
    expect(checked).toBeGreaterThan(20);
  });

  it('says of a task with trials of its own what is expected after them', () => {
    const ranker = thawRanker({ ...version, strategy: 'ranker' });
    const recommender = new Recommender({ ranker, experience: [...past, own!], seed: 7, sample: 400 });
    const asked = { description, task: own!.id };
    const found = recommender.recommend({ ...asked, count: 4 });
    const explained = recommender.explain(
      asked,
      found.map(({ configuration }) => configuration),
    );
    const before = recommender.explain(
      { description },
      found.map(({ configuration }) => configuration),
    );
    expect(explained).not.toEqual(before);
    explained.forEach(({ againstDefault }, at) => {
      for (const { dimension, instead, gain } of againstDefault.filter(({ gain }) => gain !== null)) {
        // The same two, asked about alone.
        const { configuration } = found[at]!;
        const changed = { ...configuration, values: { ...configuration.values, [dimension]: instead } };
        const [alone] = recommender.explain(asked, [configuration, changed]);
        expect(alone!.againstNext).toHaveLength(1);
        expect(alone!.againstNext[0]!.gain).toBeCloseTo(gain!, 9);
      }
    });
  });

  it('orders by score less caution', () => {
    const recommender = new Recommender({
      ranker: thawRanker({ ...version, strategy: 'ranker' }),
      experience: past,
      seed: 7,
      sample: 400,
    });
    const found = recommender.recommend({ description, count: 5 });
    const explained = recommender.explain(
      { description },
      found.map(({ configuration }) => configuration),
    );
    const worth = found.map(({ score }, at) => score - explained[at]!.caution);
    expect(worth).toEqual([...worth].sort((a, b) => b - a));
  });

  it('asks about every configuration once', () => {
    const ranked = sampleConfigurations(faceDetectorSpace, 4, seededRandom(2));
    const asked: string[] = [];
    explainRanking(faceDetectorSpace, [...ranked, standard], (configurations) => {
      asked.push(...configurations.map(configurationId));
      return { scores: configurations.map(() => 0), cautions: configurations.map(() => 0) };
    });
    expect(new Set(asked).size).toBe(asked.length);
    expect(explainRanking(faceDetectorSpace, [], () => ({ scores: [], cautions: [] }))).toEqual([]);
  });

  it('expects the regret that its own evidence had', () => {
    const { evidence } = version;
    const expected = expectedRegret(evidence, 'nearest-tasks');
    const regrets = evidence.map(({ regret1 }) => regret1['nearest-tasks']);
    const mean = regrets.reduce((sum, value) => sum + value, 0) / regrets.length;
    const variance = regrets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (regrets.length - 1);
    expect(expected?.tasks).toBe(past.length);
    expect(expected?.first).toBeCloseTo(mean, 12);
    expect(expected?.firstError).toBeCloseTo(Math.sqrt(variance / regrets.length), 12);
    expect(expected!.bestOfThree).toBeLessThanOrEqual(expected!.first);
  });
});
