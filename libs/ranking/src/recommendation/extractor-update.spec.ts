import { align, ExtractorNetwork } from '@edgelore/descriptors';
import { faceDetectorSpace } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { taskTables } from './experience.js';
import { fitExtractor } from './fit-extractor.js';
import { simulatedWorld } from './testing/simulated-tasks.js';
import { trainRanker } from './train-ranker.js';
import { considerExtractor } from './update-extractor.js';

describe('with open tasks', () => {
  const trainOpen = (seed: number, tasks: number, trials: number) => {
    const open = simulatedWorld(seed, { tasks, trials, open: true });
    // The last task is an owner's: only its description is there.
    const experience = open.tasks.map(({ task }, at) => (at === tasks - 1 ? { ...task, base: null } : task));
    return { open, experience, model: trainRanker({ seed: 1, extractor: open.extractor, tasks: experience }) };
  };

  it('takes a better extractor, with an alignment that carries what it cannot describe again', () => {
    const { open, experience, model } = trainOpen(405, 8, 20);
    expect(model.ranker.training.extractorUpdated).toBe(true);
    expect(model.extractor.version).toBe(open.extractor.version + 1);
    expect(model.ranker.extractor).toEqual({ version: model.extractor.version, hash: model.extractor.hash });
    expect(model.alignment).toMatchObject({ from: { hash: open.extractor.hash }, to: { hash: model.extractor.hash } });
    expect(model.alignment!.r2).toBeGreaterThan(0.9);
    expect(model.descriptions.map(({ id }) => id)).toEqual(experience.map(({ id }) => id));
    for (const { description } of model.descriptions) {
      expect(description.extractorHash).toBe(model.extractor.hash);
    }
    const carried = align(model.alignment!, experience[7]!.description).rows;
    model.descriptions[7]!.description.rows.forEach((row, at) => {
      row.forEach((value, column) => {
        expect(value).toBeCloseTo(carried[at]![column]!, 5);
      });
    });
  });

  it('keeps the extractor where an update is no better out of fold', () => {
    const { open, experience, model } = trainOpen(302, 5, 10);
    expect(model).toMatchObject({ alignment: null, extractor: open.extractor });
    expect(model.descriptions).toEqual(experience.map(({ id, description }) => ({ id, description })));
  });
});

describe('with an extractor proposed', () => {
  const world = simulatedWorld(405, { tasks: 8, trials: 20, open: true });
  const tasks = world.tasks.map(({ task }) => task);
  const tables = taskTables(faceDetectorSpace, tasks);
  const consider = (proposed: Parameters<typeof considerExtractor>[4]) =>
    considerExtractor(faceDetectorSpace, tasks, tables, world.extractor, proposed, seededRandom(1), 'spec');
  const start = new ExtractorNetwork(world.extractor);
  const trained = fitExtractor(
    tables.map((table, at) => ({ table, inputs: tasks[at]!.base!.map((image) => start.standardise(image)) })),
    world.extractor,
    seededRandom(9),
  ).freeze(1);

  it('takes one that is clearly better, and sees all tasks through it', () => {
    const { update, reason } = consider({ extractor: trained, taught: [] });
    expect(reason).toMatch(/^The new extractor is better on tasks outside the round: NDCG@10 0\.\d+ against 0\.\d+/);
    expect(update?.extractor).toBe(trained);
    for (const { description } of update?.descriptions ?? []) expect(description.extractorHash).toBe(trained.hash);
  });

  it('refuses one that is not, or that nothing outside the round can judge', () => {
    expect(consider({ extractor: start.freeze(1), taught: [] })).toMatchObject({
      update: null,
      reason: expect.stringContaining('not clearly better'),
    });
    const taught = tasks.slice(1).map(({ id }) => id);
    expect(consider({ extractor: trained, taught })).toMatchObject({
      update: null,
      reason: expect.stringContaining('Fewer than two tasks outside'),
    });
  });
});
