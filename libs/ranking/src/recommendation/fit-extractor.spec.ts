import { ExtractorNetwork } from '@edgelore/descriptors';
import { faceDetectorSpace } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { lambdaRank } from '../losses/lambdarank.js';
import { fitBilinear, listSlopes } from '../scorers/bilinear/fit-bilinear.js';
import { slopesOf } from '../testing/slopes.js';
import { meanOf, taskTables } from './experience.js';
import { tripletGradient } from './extractor-gradient.js';
import { fitExtractor, lessonOf } from './fit-extractor.js';
import { simulatedWorld } from './testing/simulated-tasks.js';

describe('tripletGradient', () => {
  const anchor = Float64Array.of(0.2, -0.1, 0.4);
  const positive = Float64Array.of(0.1, 0.3, 0.2);

  it('is the finite difference of the loss', () => {
    const negative = Float64Array.of(0.3, 0, 0.1);
    const { loss, ...gradients } = tripletGradient(anchor, positive, negative, 0.25);
    expect(loss).toBeCloseTo(0.01 + 0.16 + 0.04 - (0.01 + 0.01 + 0.09) + 0.25, 12);
    anchor.forEach((_, at) => {
      const moved = (vector: Float64Array, by: number) =>
        vector.map((value, other) => (other === at ? value + by : value));
      const slope = (of: (by: number) => { loss: number }) => (of(1e-6).loss - of(-1e-6).loss) / 2e-6;
      expect(slope((by) => tripletGradient(moved(anchor, by), positive, negative, 0.25))).toBeCloseTo(
        gradients.anchor[at]!,
        7,
      );
      expect(slope((by) => tripletGradient(anchor, moved(positive, by), negative, 0.25))).toBeCloseTo(
        gradients.positive[at]!,
        7,
      );
    });
  });

  it('is zero once the negative is far enough', () => {
    const far = tripletGradient(anchor, positive, Float64Array.of(-1, -1, -1), 0.25);
    expect([far.loss, ...far.anchor, ...far.positive]).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('training through the images', () => {
  const world = simulatedWorld(5, { tasks: 3, trials: 8, open: true });
  const tables = taskTables(
    faceDetectorSpace,
    world.tasks.map(({ task }) => task),
  );
  const start = new ExtractorNetwork(world.extractor);
  const inputs = world.tasks.map(({ task }) => task.base!.map((image) => start.standardise(image)));

  it('has the gradient of the extractor that finite differences give, from a score back to its weights', () => {
    const network = fitBilinear(tables.map(lessonOf), lambdaRank(), seededRandom(1));
    const extractor = new ExtractorNetwork(world.extractor);
    const batch = inputs[0]!.slice(0, 16);
    const slopes = tables[0]!.standardised;
    const loss = () =>
      network
        .forward(meanOf(extractor.forward(batch).outputs), tables[0]!.features)
        .scores.reduce((sum, score, at) => sum + score * slopes[at]!, 0);
    const pass = extractor.forward(batch);
    const meanGradient = network.backward(
      network.forward(meanOf(pass.outputs), tables[0]!.features),
      slopes,
      new Float64Array(network.parameters.length),
    );
    const gradient = extractor.backward(
      pass,
      pass.outputs.map(() => meanGradient.map((slope) => slope / pass.outputs.length)),
    );
    const random = seededRandom(2);
    for (let draw = 0; draw < 40; draw += 1) {
      const at = random.integer(gradient.length);
      const value = extractor.parameters[at]!;
      extractor.parameters[at] = value + 1e-5;
      const up = loss();
      extractor.parameters[at] = value - 1e-5;
      const down = loss();
      extractor.parameters[at] = value;
      expect((up - down) / 2e-5).toBeCloseTo(gradient[at]!, 4);
    }
  });

  it('moves the extractor, a little, and the same way for the same seed', () => {
    const open = tables.map((table, at) => ({ table, inputs: inputs[at]! }));
    const once = fitExtractor(open, world.extractor, seededRandom(9));
    const again = fitExtractor(open, world.extractor, seededRandom(9));
    expect(once.parameters).toEqual(again.parameters);
    const moved = once.parameters.map((value, at) => Math.abs(value - start.parameters[at]!));
    expect(Math.max(...moved)).toBeGreaterThan(1e-3);
    expect(Math.max(...moved)).toBeLessThan(0.2);
  });
});

describe('listSlopes', () => {
  const [table] = taskTables(faceDetectorSpace, [simulatedWorld(6, { tasks: 1, trials: 9 }).tasks[0]!.task]);
  const list = lessonOf(table!);

  it('are the LambdaRank gradient beside the pull towards the standardised scores', () => {
    // Where scores are the standardised ones already, only LambdaRank pulls.
    const slopes = listSlopes(table!.standardised, list);
    const { gradient } = slopesOf(
      lambdaRank({ relevance: { scale: 5 } }),
      [...table!.scores],
      [...table!.standardised],
    );
    gradient.forEach((lambda, at) => {
      expect(slopes[at]!).toBeCloseTo(0.3 * lambda, 10);
    });
    expect(Math.max(...slopes)).toBeGreaterThan(0);
  });

  it('sum to zero and ignore a constant added to all scores', () => {
    const scores = Float64Array.from({ length: 9 }, (_, at) => Math.sin(at));
    const slopes = listSlopes(scores, list);
    expect(slopes.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 10);
    listSlopes(
      scores.map((score) => score + 3),
      list,
    ).forEach((slope, at) => {
      expect(slope).toBeCloseTo(slopes[at]!, 10);
    });
  });

  it('do not change when all trial scores go through one positive affine map', () => {
    const { task } = simulatedWorld(6, { tasks: 1, trials: 9 }).tasks[0]!;
    const mapped = {
      ...task,
      trials: task.trials.map(({ configuration, score }) => ({ configuration, score: 0.25 + score / 2 })),
    };
    const [other] = taskTables(faceDetectorSpace, [mapped]);
    const scores = Float64Array.from({ length: 9 }, (_, at) => Math.cos(at));
    const slopes = listSlopes(scores, list);
    listSlopes(scores, lessonOf(other!)).forEach((slope, at) => {
      expect(slope).toBeCloseTo(slopes[at]!, 10);
    });
  });
});
