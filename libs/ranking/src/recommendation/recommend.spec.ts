import {
  type Configuration,
  costOf,
  defaultConfiguration,
  faceDetectorSpace,
  parseConfiguration,
  withinLimits,
} from '@edgelore/search-space';
import { describe, expect, it } from '@jest/globals';
import type { LimitsTooTightError } from './candidates.js';
import { Choices } from './choices.js';
import { rank } from './rank.js';
import { thawRanker } from './ranker.js';
import type { Strategy } from './ranker-version.js';
import { Recommender, type RecommendOptions, recommend } from './recommend.js';
import { simulatedWorld } from './testing/simulated-tasks.js';
import { trainRanker } from './train-ranker.js';

const world = simulatedWorld(41, { tasks: 6, trials: 14 });
const [own, ...past] = world.tasks.map(({ task }) => task);
const { ranker: version } = trainRanker({ seed: 1, extractor: world.extractor, tasks: past });
const by = (strategy: Strategy) => thawRanker({ ...version, strategy });
const ranker = thawRanker(version);
const asked: RecommendOptions = {
  ranker,
  description: own!.description,
  experience: past,
  count: 8,
  seed: 7,
  sample: 500,
};
const strategies: Strategy[] = ['cold-portfolio', 'nearest-tasks', 'ranker'];

function apart(a: Configuration, b: Configuration): number {
  return Object.keys(a.values).filter((name) => a.values[name] !== b.values[name]).length;
}

describe('recommend', () => {
  it.each(strategies)('gives valid, diverse configurations with cost and neighbours (%s)', (strategy) => {
    const found = recommend({ ...asked, ranker: by(strategy) });
    expect(found.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    found.forEach(({ configuration, cost, reason, neighbours, score, spread }, at) => {
      expect(parseConfiguration(faceDetectorSpace, configuration)).toEqual(configuration);
      expect(cost).toEqual(costOf(configuration));
      expect(reason).toBe(strategy);
      expect(Number.isFinite(score) && spread > 0).toBe(true);
      expect(neighbours.map(({ distance }) => distance)).toEqual(
        neighbours.map(({ distance }) => distance).sort((a, b) => a - b),
      );
      expect(neighbours).toHaveLength(3);
      for (const other of found.slice(0, at)) {
        expect(apart(configuration, other.configuration)).toBeGreaterThanOrEqual(2);
      }
    });
  });

  it('answers the same from a recommender that has answered others before', () => {
    const recommender = new Recommender(asked);
    const loose = { maxMacs: 40_000_000 };
    for (const { description } of past) {
      expect(recommender.recommend({ description, count: 3 })).toEqual(recommend({ ...asked, description, count: 3 }));
      recommender.recommend({ description, count: 3, limits: { maxBytes: 60_000 } });
    }
    expect(recommender.recommend({ ...asked, limits: loose })).toEqual(recommend({ ...asked, limits: loose }));
  });

  it('is the same for the same seed, whatever the order of the experience', () => {
    expect(recommend({ ...asked, experience: [...past].reverse() })).toEqual(recommend(asked));
  });

  it('orders by score less unfamiliarity, however much past tasks disagree', () => {
    const found = recommend({ ...asked, ranker: by('ranker') });
    const configurations = found.map(({ configuration }) => configuration);
    const ranked = rank(ranker, own!.description, new Choices(faceDetectorSpace, configurations));
    const cautious = ranked.map(({ unfamiliarity }, at) => found[at]!.score - unfamiliarity);
    expect(cautious).toEqual([...cautious].sort((a, b) => b - a));
    const bounds = found.map(({ score, spread }) => score - spread);
    expect(bounds).not.toEqual([...bounds].sort((a, b) => b - a));
  });

  it('says what it expects of any configurations', () => {
    const found = recommend(asked);
    const configurations = found.map(({ configuration }) => configuration).reverse();
    const scores = new Recommender(asked).scores(asked, configurations);
    found.reverse().forEach(({ score }, at) => {
      expect(scores[at]).toBeCloseTo(score, 8);
    });
  });

  it('starts cold from the default, without ranker and experience', () => {
    const found = recommend({ ...asked, ranker: null, experience: [] });
    expect(found[0]).toMatchObject({
      configuration: defaultConfiguration(faceDetectorSpace),
      reason: 'cold-portfolio',
      neighbours: [],
    });
    expect(found).toHaveLength(8);
  });

  it('starts cold from what did well, without ranker', () => {
    const task = {
      ...past[0]!,
      trials: past[0]!.trials.map((trial, at) => ({ ...trial, score: at === 5 ? 0.9 : 0.2 })),
    };
    const [first] = recommend({ ...asked, ranker: null, experience: [task] });
    expect(first).toMatchObject({ configuration: task.trials[5]!.configuration, reason: 'cold-portfolio' });
  });

  it('asks the nearest task first', () => {
    const twin = {
      ...own!,
      id: 'twin',
      trials: own!.trials.map((trial, at) => ({ ...trial, score: at === 3 ? 0.9 : 0.2 })),
    };
    const [first] = recommend({
      ...asked,
      ranker: by('nearest-tasks'),
      experience: [...past, twin],
    });
    expect(first!.neighbours[0]).toEqual({ id: 'twin', distance: expect.closeTo(0, 12) });
    expect(first!.configuration).toEqual(twin.trials[3]!.configuration);
  });

  it('keeps every limit, loose or tight', () => {
    const costs = recommend(asked).map(({ cost }) => cost);
    const half = { maxMacs: Math.min(...costs.map(({ macs }) => macs)) / 2 };
    for (const limits of [half, { maxBytes: 60_000 }, { maxMacs: 10_000_000, maxBytes: 100_000 }]) {
      const found = recommend({ ...asked, limits });
      expect(found).toHaveLength(8);
      expect(found.every(({ configuration }) => withinLimits(configuration, limits))).toBe(true);
    }
  });

  it('says how small it can get when nothing fits, and finds something at exactly that size', () => {
    let error: LimitsTooTightError | undefined;
    try {
      recommend({ ...asked, limits: { maxMacs: 1000 } });
    } catch (thrown) {
      error = thrown as LimitsTooTightError;
    }
    expect(error).toMatchObject({
      code: 'LIMITS_TOO_TIGHT',
      message: expect.stringContaining(`${error?.smallestMacs}`),
    });
    const found = recommend({ ...asked, limits: { maxMacs: error!.smallestMacs } });
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]!.cost.macs).toBe(error!.smallestMacs);
    expect(() => recommend({ ...asked, limits: { maxMacs: error!.smallestMacs - 1 } })).toThrow('fewest possible');
  });

  it('refuses a description by another extractor than the ranker reads', () => {
    const description = { ...own!.description, extractorHash: 'another' };
    expect(recommend({ ...asked, description, ranker: null })[0]!.reason).toBe('cold-portfolio');
    expect(() =>
      recommend({
        ...asked,
        ranker: by('ranker'),
        description,
        experience: past.map((task) => ({ ...task, description: { ...task.description, extractorHash: 'another' } })),
      }),
    ).toThrow(expect.objectContaining({ code: 'INVALID_MODEL' }));
  });

  describe('with trials of the task itself', () => {
    const first = recommend({ ...asked, count: 4 });
    const withTrials = (trials: readonly { configuration: Configuration; score: number }[]) => ({
      ...asked,
      task: own!.id,
      experience: [...past, { ...own!, trials: [...trials] }],
    });
    const tell = (scoreOf: (at: number) => number) =>
      withTrials(first.map(({ configuration }, at) => ({ configuration, score: scoreOf(at) })));

    it.each(strategies)('recommends what was not tried, valid, diverse and the same again (%s)', (strategy) => {
      const told = { ...tell((at) => 0.5 + at / 10), ranker: by(strategy) };
      const found = recommend(told);
      expect(found).toHaveLength(8);
      const tried = new Set(first.map(({ configuration }) => JSON.stringify(configuration)));
      found.forEach(({ configuration, score, spread, reason }, at) => {
        expect(parseConfiguration(faceDetectorSpace, configuration)).toEqual(configuration);
        expect(tried.has(JSON.stringify(configuration))).toBe(false);
        expect(Number.isFinite(score) && spread > 0).toBe(true);
        expect(reason).toBe(strategy);
        for (const other of found.slice(0, at)) {
          expect(apart(configuration, other.configuration)).toBeGreaterThanOrEqual(2);
        }
      });
      expect(recommend(told)).toEqual(found);
    });

    it('takes the task out of the past tasks that it is compared with', () => {
      const told = tell(() => 0.5);
      const strangers = past.map(({ id }) => id);
      for (const { id } of recommend(told)[0]!.neighbours) {
        expect(strangers).toContain(id);
      }
    });

    it('turns to configurations like those that did well', () => {
      const sizes = [128, 160, 192, 256, 320];
      const trials = (sign: number) =>
        sizes.map((inputSize, at) => ({
          configuration: parseConfiguration(faceDetectorSpace, {
            ...defaultConfiguration(faceDetectorSpace),
            values: { ...defaultConfiguration(faceDetectorSpace).values, inputSize },
          }),
          score: 0.5 + sign * (at - 2) * 0.2,
        }));
      const meanSize = (sign: number) => {
        const found = recommend({
          ...withTrials(trials(sign)),
          experience: [{ ...own!, trials: trials(sign) }],
          ranker: null,
        });
        return found.reduce((sum, { configuration }) => sum + Number(configuration.values.inputSize), 0) / found.length;
      };
      expect(meanSize(1)).toBeGreaterThan(meanSize(-1) + 50);
    });

    it('explains by what is expected after the trials', () => {
      const recommender = new Recommender(tell((at) => 0.9 - at / 10));
      const told = { description: own!.description, task: own!.id };
      const [best] = recommender.recommend({ ...told, count: 1 });
      const blind = new Recommender({ ...asked });
      const [why] = recommender.explain(told, [best!.configuration]);
      const [before] = blind.explain({ description: own!.description }, [best!.configuration]);
      expect(why).not.toEqual(before);
    });
  });
});
