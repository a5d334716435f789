import { describe, expect, it } from '@jest/globals';
import { bytes, count, duration, figure, share, short, signed } from './numbers.js';

describe('numbers on screen', () => {
  it('are grouped, shortened and rounded', () => {
    expect([count(12345), short(30_156_000), figure(0.94849), share(0.456)]).toEqual([
      '12,345',
      '30.2M',
      '0.948',
      '46%',
    ]);
  });

  it('say when there is none', () => {
    expect([count(null), short(undefined), figure(null), bytes(null), duration(null), signed(null)]).toEqual(
      Array(6).fill('–'),
    );
  });

  it('give differences their sign', () => {
    expect([signed(0.02), signed(-0.02), signed(0)]).toEqual(['+0.020', '−0.020', '0.000']);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [4447, '4.4 kB'],
    [461_108, '461 kB'],
    [999_700, '1.0 MB'],
    [7_300_000_000, '7.3 GB'],
  ])('%d bytes read %s', (value, text) => expect(bytes(value)).toBe(text));

  it.each([
    [3.94, '3.9 s'],
    [59.4, '59 s'],
    [180, '3 min'],
    [185, '3 min 5 s'],
    [7810, '2 h 10 min'],
    [200_000, '2 d 7 h'],
  ])('%d seconds read %s', (value, text) => expect(duration(value)).toBe(text));
});
