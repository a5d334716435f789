import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Schedule, type TrainingBudget } from './schedule.js';

interface Played {
  readonly factors: number[];
  readonly elapsed: number;
  readonly schedule: Schedule;
}

/** Plays a run whose step `i` takes `secondsOf(i)`, from its beginning or from where it was cut; returns the factor of each step and the time at the end. */
function play(
  budget: TrainingBudget,
  secondsOf: (step: number) => number,
  { from, until = Number.POSITIVE_INFINITY }: { from?: Played; until?: number } = {},
): Played {
  const schedule = new Schedule(budget);
  if (from?.schedule.budget) schedule.restore(from.schedule.budget);
  const factors: number[] = [...(from?.factors ?? [])];
  let elapsed = from?.elapsed ?? 0;
  for (let over = false; !over && factors.length < until; ) {
    factors.push(schedule.factor(factors.length));
    elapsed += secondsOf(factors.length - 1);
    over = schedule.after(factors.length, elapsed);
  }
  return { factors, elapsed, schedule };
}

describe('schedule', () => {
  it('warms up, stays, and falls to zero along half a cosine', () => {
    const { factors } = play({ steps: 1000 }, () => 1);
    expect(factors).toHaveLength(1000);
    expect(factors[0]).toBeCloseTo(1 / 30, 10);
    expect(factors[14]).toBeCloseTo(0.5, 10);
    expect(factors[100]).toBe(1);
    expect(factors[300]).toBe(1);
    expect(factors[650]).toBeCloseTo(0.5, 10);
    expect(factors[999]).toBeLessThan(1e-4);
  });

  it('fits a run into its time at a steady speed, and its number of steps alone repeats it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 60, max: 600, noNaN: true }),
        fc.double({ min: 0.05, max: 0.3, noNaN: true }),
        (seconds, perStep) => {
          const { factors, elapsed, schedule } = play({ seconds }, (step) => (step < 2 ? 3 * perStep : perStep));
          expect(elapsed).toBeLessThanOrEqual(seconds * 1.05);
          expect(elapsed).toBeGreaterThanOrEqual(seconds * 0.9);
          expect(schedule.budget?.turns).toEqual([]);
          expect(play({ steps: factors.length }, () => 7).factors).toEqual(factors);
        },
      ),
      { seed: 9, numRuns: 50 },
    );
  });

  it.each([
    ['slower', 3],
    ['faster', 0.3],
  ])('moves its end when the machine becomes %s, and the moves repeat the run', (_, change) => {
    const { factors, elapsed, schedule } = play({ seconds: 100 }, (step) => (step < 250 ? 0.2 : 0.2 * change));
    expect(elapsed).toBeLessThan(112);
    expect(elapsed).toBeGreaterThan(75);
    expect(schedule.budget?.turns?.length).toBeGreaterThan(0);
    if (!schedule.budget) throw new Error('a finished run has a plan');
    expect(play(schedule.budget, () => 1).factors).toEqual(factors);
    expect(factors.at(-1)).toBeLessThan(0.1);
  });

  it('goes on falling from where a move found it, towards the new end', () => {
    const schedule = new Schedule({ steps: 100, turns: [{ from: 65, steps: 85 }] });
    const half = (fallen: number) => 0.5 * (1 + Math.cos(Math.PI * fallen));
    expect(schedule.factor(44)).toBeCloseTo(half(0.2), 10);
    expect(schedule.factor(65)).toBeCloseTo(half(0.5), 10);
    expect(schedule.factor(75)).toBeCloseTo(half(0.75), 10);
    expect(schedule.factor(85)).toBeCloseTo(0, 10);
    expect(schedule.steps).toBe(85);
  });

  it('ends a run whose time is too short for a plan', () => {
    const { factors, schedule } = play({ seconds: 1 }, () => 0.6);
    expect(factors).toHaveLength(2);
    if (!schedule.budget) throw new Error('a finished run has a plan');
    expect(play(schedule.budget, () => 1).factors).toEqual(factors);
  });

  it.each([
    ['before its plan', 40],
    ['after its plan', 300],
  ])('goes on with a run that was cut %s', (_, until) => {
    const speed = () => 0.1;
    const whole = play({ seconds: 50 }, speed);
    const cut = play({ seconds: 50 }, speed, { until });
    expect(cut.factors).toHaveLength(until);
    expect(play({ seconds: 50 }, speed, { from: cut }).factors).toEqual(whole.factors);
  });

  it('ends a run that is gone on with when its time is over', () => {
    const cut = play({ seconds: 50 }, () => 0.1, { until: 300 });
    const { factors } = play({ seconds: 50 }, () => 30, { from: cut });
    expect(factors).toHaveLength(301);
  });
});
