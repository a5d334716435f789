import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { lanczos } from './lanczos.js';

describe('lanczos', () => {
  it.each([
    [60, 44, 40, 30],
    [33, 90, 31, 50],
    [20, 16, 20, 16],
  ])('scales %d x %d to %d x %d as libvips does', async (width, height, toWidth, toHeight) => {
    // Noise is the hardest: libvips takes the filter at 64 places between two pixels.
    const random = seededRandom('noise');
    const rgb = Uint8Array.from({ length: width * height * 3 }, () => Math.floor(256 * random.uniform()));
    const picture = sharp(rgb, { raw: { width, height, channels: 3 } });
    const rgba = await picture.clone().ensureAlpha().raw().toBuffer();
    const wanted = await picture.clone().resize({ width: toWidth, height: toHeight, fit: 'fill' }).raw().toBuffer();
    const scaled = lanczos(Uint8ClampedArray.from(rgba), width, height, toWidth, toHeight);
    expect(scaled).toHaveLength(wanted.length);
    const differences = Array.from(scaled, (value, at) => Math.abs(value - (wanted[at] ?? Number.NaN)));
    expect(Math.max(...differences)).toBeLessThanOrEqual(4);
    expect(differences.reduce((sum, difference) => sum + difference, 0) / differences.length).toBeLessThan(0.5);
  });

  it('leaves one colour one colour, at the borders as well', () => {
    const rgba = new Uint8ClampedArray(50 * 40 * 4).fill(77);
    expect(new Set(lanczos(rgba, 50, 40, 7, 9))).toEqual(new Set([77]));
  });
});
