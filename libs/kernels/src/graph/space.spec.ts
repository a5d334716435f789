import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Space } from './space.js';

describe('a space', () => {
  it('never lets two living buffers overlap, and joins what is given back', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.nat()), { maxLength: 60 }), (moves) => {
        const space = new Space(4096);
        const living: { pointer: number; bytes: number }[] = [];
        for (const [bytes, choice] of moves) {
          if (choice % 3 === 0 && living.length > 0) {
            const [gone] = living.splice(choice % living.length, 1);
            if (gone) space.free(gone.pointer);
          } else living.push({ pointer: space.allocate(bytes), bytes });
          const sorted = living.toSorted((a, b) => a.pointer - b.pointer);
          sorted.forEach(({ pointer, bytes: size }, index) => {
            expect(pointer % 64).toBe(0);
            expect(pointer).toBeGreaterThanOrEqual(4096);
            expect(pointer + Math.max(1, size)).toBeLessThanOrEqual(sorted[index + 1]?.pointer ?? 4096 + space.bytes);
          });
        }
        for (const { pointer } of living) space.free(pointer);
        const before = space.bytes;
        if (before > 0) expect(space.allocate(before)).toBe(4096);
        expect(space.bytes).toBe(before);
      }),
    );
  });

  it('takes the smallest place that fits', () => {
    const space = new Space(64);
    const [large, , small] = [space.allocate(640), space.allocate(1), space.allocate(128), space.allocate(1)];
    space.free(large as number);
    space.free(small as number);
    expect(space.allocate(100)).toBe(small);
    expect(space.allocate(100)).toBe(large);
  });

  it('keeps what is for good apart from everything else', () => {
    const space = new Space(64);
    space.free(space.allocate(640));
    expect(space.reserve(64)).toBe(64 + 640);
    expect(space.allocate(704)).toBe(64 + 704);
    expect(space.allocate(640)).toBe(64);
  });

  it('refuses to free what it does not hold', () => {
    expect(() => new Space(64).free(64)).toThrow('nothing is planned at 64');
  });
});
