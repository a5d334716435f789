import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { inversionAttack } from './inversion-attack.js';

const random = seededRandom('pictures');
/** Base descriptors of 60 numbers, of which the vector keeps eight mixtures. */
const hidden = Array.from({ length: 200 }, () => Array.from({ length: 8 }, () => random.normal()));
const mixing = Array.from({ length: 60 }, () => Array.from({ length: 8 }, () => random.normal()));
const attacked = hidden.map((state) => ({
  base: mixing.map((row) => row.reduce((sum, weight, at) => sum + weight * state[at]!, 0.2 * random.normal())),
  vector: state.map((value) => value / 10),
}));

const attack = (batch: number, sigma: number, othersKnown: boolean) =>
  inversionAttack({ pictures: attacked, batch, sigma, othersKnown, random: seededRandom('attack') });

describe('inversion by a trained decoder', () => {
  it('finds a picture whose company is known, without noise', () => {
    expect(attack(200, 0, true)).toBeGreaterThan(0.9);
  });

  it('finds less in a mean of sixteen, and next to nothing in one of two hundred', () => {
    const sixteen = attack(16, 0, false);
    expect(sixteen).toBeGreaterThan(0.02);
    expect(sixteen).toBeLessThan(0.2);
    expect(attack(200, 0, false)).toBeLessThan(0.03);
  });

  it('is no better than guessing the mean under the noise of epsilon 1', () => {
    expect(attack(200, (2 * 3.73) / 200, true)).toBeLessThan(0.02);
  });

  it('refuses too few pictures', () => {
    const few = { pictures: attacked.slice(0, 19), batch: 16, sigma: 0, othersKnown: true, random };
    expect(() => inversionAttack(few)).toThrow(expect.objectContaining({ code: 'INVALID_ATTACK' }));
  });
});
