import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ORDER } from './scalar.js';
import { combineShares, splitSecret } from './shamir.js';

const scalar = fc.bigInt({ min: 0n, max: ORDER - 1n });
const shape = fc
  .integer({ min: 2, max: 12 })
  .chain((seats) => fc.record({ seats: fc.constant(seats), threshold: fc.integer({ min: 2, max: seats }) }));
const seatsUpTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

describe('sharing a secret', () => {
  it('gives it back from any shares at the threshold', () => {
    fc.assert(
      fc.property(scalar, shape, fc.infiniteStream(fc.nat()), (secret, { seats, threshold }, order) => {
        const shares = splitSecret(secret, threshold, seatsUpTo(seats));
        const drawn = shares.map((share) => ({ share, at: order.next().value! })).sort((a, b) => a.at - b.at);
        const some = drawn.slice(0, threshold).map(({ share }) => share);
        expect(combineShares(some, threshold)).toBe(secret);
      }),
    );
  });

  it('says nothing below the threshold: every secret fits the shares that are there', () => {
    fc.assert(
      fc.property(scalar, scalar, shape, (secret, other, { seats, threshold }) => {
        const known = splitSecret(secret, threshold, seatsUpTo(seats)).slice(0, threshold - 1);
        // The one point at the last seat with which the same shares tell of the other secret.
        const missing = combineShares([...known, { seat: seats, value: 0n }], threshold);
        const unit = combineShares(
          [...known.map(({ seat }) => ({ seat, value: 0n })), { seat: seats, value: 1n }],
          threshold,
        );
        const value = ((((other - missing) * power(unit, ORDER - 2n)) % ORDER) + ORDER) % ORDER;
        expect(combineShares([...known, { seat: seats, value }], threshold)).toBe(other);
      }),
    );
  });

  it('refuses too few shares, and two of one seat', () => {
    const shares = splitSecret(7n, 3, [1, 2, 3]);
    expect(() => combineShares(shares.slice(1), 3)).toThrow(expect.objectContaining({ code: 'BELOW_THRESHOLD' }));
    expect(() => combineShares([shares[0]!, shares[0]!, shares[1]!], 3)).toThrow(
      expect.objectContaining({ code: 'TAMPERED' }),
    );
  });
});

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let [b, e] = [base, exponent]; e > 0n; e >>= 1n, b = (b * b) % ORDER) {
    if (e & 1n) result = (result * b) % ORDER;
  }
  return result;
}
