import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epsilonOf, muOf } from './gaussian-dp.js';
import { PrivacyError } from './privacy.error.js';
import { balanceOf, charged, type PrivacyLedger, parseLedger } from './privacy-ledger.js';

const at = '2030-01-01T00:00:00.000Z';
const empty: PrivacyLedger = { cap: { epsilon: 4, delta: 1e-5 }, entries: [] };
const entry = (epsilon: number) => ({ what: 'description', at, mu: muOf({ epsilon, delta: 1e-5 }) });

describe('the privacy ledger', () => {
  it('never passes its cap, whatever is charged, and lets everything through that fits', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 6, noNaN: true }), { maxLength: 30 }), (epsilons) => {
        let ledger = empty;
        for (const epsilon of epsilons) {
          const { left } = balanceOf(ledger);
          const { mu } = entry(epsilon);
          try {
            ledger = charged(ledger, entry(epsilon));
            expect(mu).toBeLessThanOrEqual(left.mu * (1 + 1e-6) + 1e-6);
          } catch (error) {
            expect(error).toMatchObject({ code: 'PRIVACY_SPENT' });
            expect(mu).toBeGreaterThan(left.mu * (1 - 1e-6));
          }
          expect(epsilonOf(Math.hypot(...ledger.entries.map((each) => each.mu ?? 0)), 1e-5)).toBeLessThan(4.000001);
        }
      }),
    );
  });

  it('can be spent to its last, and then gives nothing', () => {
    const full = charged(empty, entry(4));
    expect(balanceOf(full).left.epsilon).toBe(0);
    expect(() => charged(full, entry(0.01))).toThrow(/nothing is left/);
    const half = charged(empty, entry(2));
    const spent = charged(half, { ...entry(1), mu: balanceOf(half).left.mu });
    expect(balanceOf(spent).epsilon).toBeCloseTo(4, 6);
  });

  it('says what is left when it refuses', () => {
    const ledger = charged(empty, entry(3));
    const most = Math.floor(balanceOf(ledger).left.epsilon * 100) / 100;
    expect(() => charged(ledger, entry(3.5))).toThrow(`at most epsilon ${most} is left`);
    expect(charged(ledger, entry(most)).entries).toHaveLength(2);
  });

  it('counts releases without noise apart, and allows none after one with noise', () => {
    const open = charged(empty, { ...entry(1), mu: null });
    expect(balanceOf(open)).toMatchObject({ epsilon: 0, unprotected: 1 });
    expect(balanceOf(charged(open, entry(1)))).toMatchObject({ unprotected: 1 });
    expect(() => charged(charged(empty, entry(1)), { ...entry(1), mu: null })).toThrow(
      expect.objectContaining({ code: 'PRIVACY_SPENT' }),
    );
  });

  it('is read back from its JSON', () => {
    const ledger = charged(charged(empty, { ...entry(1), mu: null }), entry(1));
    expect(parseLedger(JSON.parse(JSON.stringify(ledger)))).toEqual(ledger);
  });

  it.each<[string, unknown]>([
    ['ledger', 'text'],
    ['cap', { entries: [] }],
    ['delta', { cap: { epsilon: 1 }, entries: [] }],
    ['entries', { cap: empty.cap }],
    ['entries[0].mu', { cap: empty.cap, entries: [{ what: 'x', at, mu: -1 }] }],
    ['entries[0].mu', { cap: empty.cap, entries: [{ what: 'x', at }] }],
    ['entries[0].at', { cap: empty.cap, entries: [{ what: 'x', at: 'once', mu: 1 }] }],
    ['entries[0].what', { cap: empty.cap, entries: [{ at, mu: 1 }] }],
  ])('is refused naming %s', (field, value) => {
    const read = () => parseLedger(value);
    expect(read).toThrow(PrivacyError);
    expect(read).toThrow(expect.objectContaining({ field }));
  });
});
