import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { lanczos } from './lanczos.js';

describe('lanczos', () => {
  const noise = (width: number, height: number) =>
    sharp({
      create: { width, height, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 128, sigma: 60 } },
    }).removeAlpha();

  it.each([
    [60, 44, 40, 30],
    [33, 90, 31, 50],
    [20, 16, 20, 16],
  ])('scales %d x %d to %d x %d as libvips does', async (width, height, toWidth, toHeight) => {
    const png = await noise(width, height).png().toBuffer();
    const rgba = await sharp(png).ensureAlpha().raw().toBuffer();
    const wanted = await sharp(png).resize({ width: toWidth, height: toHeight, fit: 'fill' }).raw().toBuffer();
    const scaled = lanczos(Uint8ClampedArray.from(rgba), width, height, toWidth, toHeight);
    expect(scaled).toHaveLength(wanted.length);
    expect(Math.max(...scaled.map((value, at) => Math.abs(value - (wanted[at] ?? -1000))))).toBeLessThanOrEqual(2);
  });

  it('leaves one colour one colour, at the borders as well', () => {
    const rgba = new Uint8ClampedArray(50 * 40 * 4).fill(77);
    expect(new Set(lanczos(rgba, 50, 40, 7, 9))).toEqual(new Set([77]));
  });
});
