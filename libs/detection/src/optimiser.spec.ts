import { describe, expect, it } from '@jest/globals';
import { clipGradient, Optimiser } from './optimiser.js';

describe('optimiser', () => {
  it('moves by the learning rate at the first Adam step, against the slope, and decays weights only', () => {
    const parameters = Float32Array.of(2, 2, 2);
    new Optimiser({ kind: 'adam', decays: Uint8Array.of(0, 1, 0) }).update(
      parameters,
      Float32Array.of(1e-3, -50, 0),
      0,
      0.1,
    );
    expect(parameters[0]).toBeCloseTo(1.9, 4);
    expect(parameters[1]).toBeCloseTo(2.1 - 0.1 * 0.01 * 2, 4);
    expect(parameters[2]).toBe(2);
  });

  it('follows Adam over several steps, recomputed from its definition', () => {
    const slopes = [0.5, -0.2, 0.9, 0.1];
    const parameters = Float32Array.of(1);
    const optimiser = new Optimiser({ kind: 'adam', decays: Uint8Array.of(0) });
    let expected = 1;
    slopes.forEach((slope, step) => {
      optimiser.update(parameters, Float32Array.of(slope), step, 0.01);
      const weighted = (beta: number, power: number) =>
        slopes.slice(0, step + 1).reduce((sum, each, i) => sum + (1 - beta) * beta ** (step - i) * each ** power, 0) /
        (1 - beta ** (step + 1));
      expected -= (0.01 * weighted(0.9, 1)) / (Math.sqrt(weighted(0.999, 2)) + 1e-8);
    });
    expect(parameters[0]).toBeCloseTo(expected, 6);
  });

  it('gathers momentum with sgd', () => {
    const parameters = Float32Array.of(0);
    const optimiser = new Optimiser({ kind: 'sgd', decays: Uint8Array.of(0) });
    for (let step = 0; step < 3; step++) optimiser.update(parameters, Float32Array.of(1), step, 0.1);
    expect(parameters[0]).toBeCloseTo(-0.1 * (1 + 1.9 + 2.71), 6);
  });

  it.each(['adam', 'sgd'] as const)('%s reaches the bottom of a valley', (kind) => {
    const parameters = Float32Array.of(3, -4);
    const optimiser = new Optimiser({ kind, decays: new Uint8Array(2) });
    for (let step = 0; step < 3000; step++) {
      const [x = 0, y = 0] = parameters;
      optimiser.update(parameters, Float32Array.of(2 * (x - 1), 20 * (y - 2)), step, 0.01);
    }
    expect(parameters[0]).toBeCloseTo(1, 2);
    expect(parameters[1]).toBeCloseTo(2, 2);
  });

  it('shortens a long gradient only, and says how long it was', () => {
    const long = Float32Array.of(30, 40);
    expect(clipGradient(long, 10)).toBe(50);
    expect([...long]).toEqual([6, 8]);
    const short = Float32Array.of(3, 4);
    expect(clipGradient(short, 10)).toBe(5);
    expect([...short]).toEqual([3, 4]);
    expect(clipGradient(Float32Array.of(Number.NaN, 1), 10)).toBeNaN();
  });
});
