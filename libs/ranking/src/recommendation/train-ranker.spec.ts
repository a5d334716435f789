import { faceDetectorSpace, sampleConfigurations } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { Choices } from './choices.js';
import { configurationItems } from './configuration-items.js';
import type { ExperienceTask } from './experience.js';
import { rank } from './rank.js';
import { ensembleScores, thawRanker } from './ranker.js';
import { simulatedWorld } from './testing/simulated-tasks.js';
import { type TrainedModel, trainRanker } from './train-ranker.js';

const world = simulatedWorld(11, { tasks: 6, trials: 14 });
const tasks = world.tasks.map(({ task }) => task);
const train = (experience: readonly ExperienceTask[], seed = 1): TrainedModel =>
  trainRanker({ seed, extractor: world.extractor, tasks: experience });
const trained = train(tasks);

describe('trainRanker', () => {
  it('gives the same artefacts bit for bit, whatever the order of tasks, trials and rows', () => {
    const turned = [...tasks].reverse().map((task) => ({
      ...task,
      description: { ...task.description, rows: [...task.description.rows].reverse() },
      trials: [...task.trials].reverse(),
    }));
    const again = train(turned);
    const { dataHash: _, ...training } = again.ranker.training;
    expect(trained.ranker).toMatchObject({ ...again.ranker, training });
    expect(JSON.stringify(train(tasks))).toBe(JSON.stringify(trained));
    expect(JSON.stringify(train(tasks, 2).ranker.members)).not.toBe(JSON.stringify(trained.ranker.members));
  });

  it('is plain JSON, and ranks the same after a round trip', () => {
    const again: TrainedModel = JSON.parse(JSON.stringify(trained));
    const choices = new Choices(faceDetectorSpace, sampleConfigurations(faceDetectorSpace, 20, seededRandom(4)));
    const { description } = tasks[0]!;
    expect(rank(thawRanker(again.ranker), description, choices)).toEqual(
      rank(thawRanker(trained.ranker), description, choices),
    );
  });

  it('holds every task out of exactly one fold', () => {
    const held = trained.ranker.folds.flatMap(({ heldOut }) => heldOut.map(({ id }) => id));
    expect(held.sort()).toEqual(tasks.map(({ id }) => id).sort());
    expect(trained.ranker.evidence.map(({ task }) => task).sort()).toEqual(tasks.map(({ id }) => id).sort());
  });

  it('learns from a task with one trial nothing, and is not upset by it', () => {
    const single = { ...tasks[0]!, id: 'single', trials: [{ ...tasks[0]!.trials[0]!, score: 0.9 }] };
    const with1 = train([...tasks, single]);
    expect(with1.ranker.evidence).toHaveLength(tasks.length);
    const items = configurationItems(
      faceDetectorSpace,
      tasks[0]!.trials.map(({ configuration }) => configuration),
      with1.ranker.scorer,
    );
    const { scores } = ensembleScores(thawRanker(with1.ranker), tasks[0]!.description.rows[0]!, items);
    expect(scores.every(Number.isFinite)).toBe(true);
  });

  it('handles one task, equal scores and repeated trials', () => {
    const flat = { ...tasks[1]!, trials: tasks[1]!.trials.map((trial) => ({ ...trial, score: 0.5 })) };
    const repeated = { ...tasks[0]!, trials: [...tasks[0]!.trials, ...tasks[0]!.trials] };
    expect(train([repeated]).ranker.strategy).toBe('cold-portfolio');
    expect(train([tasks[0]!, flat]).metrics.judgedTasks).toBe(1);
    expect(train([repeated, ...tasks.slice(1)]).ranker.members).toEqual(trained.ranker.members);
  });

  it('reports progress that only grows and ends at 1', () => {
    const seen: number[] = [];
    trainRanker({ seed: 1, extractor: world.extractor, tasks, onProgress: (_, fraction) => seen.push(fraction) });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });

  it.each([
    ['a score of 1.2', [{ ...tasks[0]!, trials: [{ ...tasks[0]!.trials[0]!, score: 1.2 }] }], 'score 1.2'],
    ['a score of NaN', [{ ...tasks[0]!, trials: [{ ...tasks[0]!.trials[0]!, score: Number.NaN }] }], 'score NaN'],
    ['two tasks of one id', [tasks[0]!, tasks[0]!], 'comes twice'],
    [
      'another extractor',
      [{ ...tasks[0]!, description: { ...tasks[0]!.description, extractorHash: 'x' } }],
      'align it first',
    ],
    ['rows of NaN', [{ ...tasks[0]!, description: { ...tasks[0]!.description, rows: [[Number.NaN]] } }], 'finite'],
  ] as const)('refuses %s', (_, experience, message) => {
    expect(() => train(experience)).toThrow(message);
    expect(() => train(experience)).toThrow(expect.objectContaining({ code: 'INVALID_EXPERIENCE' }));
  });

  it('refuses experience with nothing to rank', () => {
    const single = tasks.map((task) => ({ ...task, trials: task.trials.slice(0, 1) }));
    expect(() => train(single)).toThrow(expect.objectContaining({ code: 'TOO_LITTLE_EXPERIENCE' }));
    expect(() => train([])).toThrow(expect.objectContaining({ code: 'TOO_LITTLE_EXPERIENCE' }));
  });
});
