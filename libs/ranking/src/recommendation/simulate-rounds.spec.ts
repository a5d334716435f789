import { describe, expect, it } from '@jest/globals';
import { meanOf } from './experience.js';
import { updatedExtractor } from './local-update.js';
import { makeRoundLesson, parseRoundLesson } from './round-lesson.js';
import { type ImagedTask, judgeExtractor, roundChanges, simulateRounds } from './simulate-rounds.js';
import { simulatedWorld } from './testing/simulated-tasks.js';

const world = simulatedWorld(11, { tasks: 7, trials: 8, open: true });
const tasks = world.tasks.map(({ task }): ImagedTask => ({ ...task, base: task.base! }));
const [open, owners] = [tasks.slice(0, 2), tasks.slice(2, 5)];
const options = { extractor: world.extractor, open, owners, seed: 3, steps: 6, clip: 0.05 };

describe('simulated rounds', () => {
  it('change the extractor by the mean of clipped changes', () => {
    const changes = roundChanges(options, world.extractor);
    for (const change of changes) expect(Math.hypot(...change)).toBeCloseTo(0.05, 10);
    const { federated, ...others } = simulateRounds(options);
    expect(federated.hash).toBe(updatedExtractor(world.extractor, meanOf(changes)).hash);
    expect(others['head-only']).toBe(world.extractor);
    const hashes = [federated, ...Object.values(others)].map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(4);
    expect(simulateRounds({ ...options, rounds: 2 }).federated.hash).not.toBe(federated.hash);
  });

  it('are judged by tasks that took no part', () => {
    const judged = tasks.slice(5).map(({ id }) => id);
    const { ndcg10, regret1 } = judgeExtractor(world.extractor, tasks, judged, 1);
    expect(ndcg10).toBeGreaterThan(0.5);
    expect(regret1).toBeLessThan(0.3);
    // One by one, each by all others, as together.
    const alone = judged.map((id) => judgeExtractor(world.extractor, tasks, [id], 1).ndcg10);
    expect(alone.reduce((sum, value) => sum + value, 0) / alone.length).toBeCloseTo(ndcg10, 12);
  });
});

describe('the lesson of a round', () => {
  const lesson = makeRoundLesson({ tasks: world.tasks.map(({ task }) => task), seed: 1 });

  it('comes over the wire as it is', () => {
    expect(parseRoundLesson(JSON.parse(JSON.stringify(lesson)))).toEqual(lesson);
    expect(lesson.negatives).toHaveLength(7);
  });

  it.each([
    ['nothing', null],
    ['no negatives', { ...lesson, negatives: [] }],
    ['short negatives', { ...lesson, negatives: [[1, 2]] }],
    ['features of another space', { ...lesson, score: { ...lesson.score, main: lesson.score.main.slice(1) } }],
    ['a number that is none', { ...lesson, score: { ...lesson.score, scale: Number.NaN } }],
  ])('is refused with %s', (_name, value) => {
    expect(() => parseRoundLesson(value)).toThrow(expect.objectContaining({ code: 'INVALID_MODEL' }));
  });

  it('needs an open task, and one with two configurations', () => {
    const refused = expect.objectContaining({ code: 'TOO_LITTLE_EXPERIENCE' });
    const closed = world.tasks.map(({ task }) => ({ ...task, base: null }));
    expect(() => makeRoundLesson({ tasks: closed, seed: 1 })).toThrow(refused);
    const bare = world.tasks.map(({ task }) => ({ ...task, trials: [] }));
    expect(() => makeRoundLesson({ tasks: bare, seed: 1 })).toThrow(refused);
  });
});
