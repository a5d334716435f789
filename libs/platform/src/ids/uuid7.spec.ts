import { describe, expect, it } from '@jest/globals';
import { isUuid, uuid7 } from './uuid7.js';

describe('uuid7', () => {
  it("holds the time where RFC 9562's example holds it", () => {
    expect(uuid7(0x017f22e279b0)).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('sorts by time and never repeats', () => {
    const ids = Array.from({ length: 2_000 }, (_, index) => uuid7(1_700_000_000_000 + index));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(Array.from({ length: 2_000 }, () => uuid7(0))).size).toBe(2_000);
  });

  it.each([uuid7(), '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'])('is recognised: %s', (id) =>
    expect(isUuid(id)).toBe(true),
  );
  it.each(['', 'x', "' OR 1=1", '017f22e2-79b0-7cc3-98c4-dc0c0c07398f '])('is not: "%s"', (id) =>
    expect(isUuid(id)).toBe(false),
  );
});
