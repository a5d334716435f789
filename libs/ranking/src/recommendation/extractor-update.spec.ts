import { align } from '@edgelore/descriptors';
import { describe, expect, it } from '@jest/globals';
import { simulatedWorld } from './testing/simulated-tasks.js';
import { trainRanker } from './train-ranker.js';

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
