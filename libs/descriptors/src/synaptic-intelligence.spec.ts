import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SynapticIntelligence } from './synaptic-intelligence.js';

const start = Float64Array.from([1, -2, 0.5]);

/** One task: plain gradient descent on sum of stiffness * (parameter - goal)^2 / 2. */
function learn(
  si: SynapticIntelligence,
  stiffness: readonly number[],
  goal: readonly number[],
  steps = 200,
  rate = 0.01,
): Float64Array {
  const parameters = Float64Array.from(start);
  for (let step = 0; step < steps; step++) {
    const before = Float64Array.from(parameters);
    const gradient = Float64Array.from(parameters, (value, at) => stiffness[at]! * (value - goal[at]!));
    parameters.forEach((value, at) => {
      parameters[at] = value - rate * gradient[at]!;
    });
    si.step(gradient, before, parameters);
  }
  return parameters;
}

describe('SynapticIntelligence', () => {
  it('costs nothing at the anchor, and has no gradient there', () => {
    const si = new SynapticIntelligence(start);
    const end = learn(si, [3, 1, 2], [0, 0, 0]);
    si.consolidate(end);
    const gradient = new Float64Array(3);
    si.addPenaltyGradient(end, gradient);
    expect(si.penalty(end)).toBe(0);
    expect([...gradient]).toEqual([0, 0, 0]);
    expect(si.penalty(start)).toBeGreaterThan(0);
  });

  it('gives no importance to a parameter that never moved, and none below zero to any', () => {
    const si = new SynapticIntelligence(start);
    si.step([5, 5, 5], [1, 1, 1], [1, 0, 2]);
    si.consolidate([1, 0, 2]);
    const { importance } = si.state();
    expect(importance[0]).toBe(0);
    expect(importance[1]).toBeGreaterThan(0);
    expect(importance[2]).toBe(0);
  });

  it('has a path integral that sums to the fall of the loss, for small steps', () => {
    const damping = 0.1;
    const si = new SynapticIntelligence(start, { damping });
    const stiffness = [3, 1, 2];
    const goal = [0, 0, 0];
    const end = learn(si, stiffness, goal, 4000, 0.0005);
    si.consolidate(end);
    const path = si.state().importance.map((value, at) => value * ((end[at]! - start[at]!) ** 2 + damping));
    path.forEach((value, at) => {
      const fall = (stiffness[at]! * (start[at]! ** 2 - end[at]! ** 2)) / 2;
      expect(value).toBeCloseTo(fall, 2);
    });
  });

  it('has the penalty gradient that finite differences give, added to what is there', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 }), (values) => {
        const si = new SynapticIntelligence(start, { strength: 0.7 }, { importance: [0.5, 0, 2], anchor: [0, 1, -1] });
        const gradient = Float64Array.from([1, 1, 1]);
        si.addPenaltyGradient(values, gradient);
        values.forEach((_value, at) => {
          const nudged = (by: number): number =>
            si.penalty(values.map((value, index) => (index === at ? value + by : value)));
          expect(gradient[at]! - 1).toBeCloseTo((nudged(1e-5) - nudged(-1e-5)) / 2e-5, 5);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('adds importance up over tasks, and begins each at the last end', () => {
    const si = new SynapticIntelligence([0], { damping: 1 });
    si.step([-1], [0], [1]);
    si.consolidate([1]);
    expect(si.state()).toEqual({ importance: [0.5], anchor: [1] });
    si.step([-1], [1], [2]);
    si.consolidate([2]);
    expect(si.state()).toEqual({ importance: [1], anchor: [2] });
    const next = new SynapticIntelligence([2], { damping: 1 }, si.state());
    expect(next.penalty([3])).toBe(1);
    next.anchorAt([3]);
    expect(next.penalty([3])).toBe(0);
  });

  it('refuses a kept state of another size', () => {
    expect(() => new SynapticIntelligence([1, 2], {}, { importance: [1], anchor: [1] })).toThrow(RangeError);
  });
});
