import type { PixelBox } from './dataset.js';
import type { ProblemLog } from './problems.js';

/** A thousandth of a pixel: rounding in an exporter, not a box that leaves the image. */
const tolerance = 1e-3;

/** Clips boxes to the image and drops those outside it or without area, counting each. */
export function usableBoxes(
  boxes: readonly PixelBox[],
  size: { readonly width: number; readonly height: number },
  place: string,
  log: ProblemLog,
): PixelBox[] {
  return boxes.flatMap((box) => {
    const [x, y, w, h] = box;
    const shown = `${place}: [${box.map((value) => Number(value.toFixed(2))).join(', ')}]`;
    if (w <= 0 || h <= 0) {
      log.add('box-empty', shown);
      return [];
    }
    const left = Math.max(0, x);
    const top = Math.max(0, y);
    const right = Math.min(size.width, x + w);
    const bottom = Math.min(size.height, y + h);
    if (right <= left || bottom <= top) {
      log.add('box-outside', shown);
      return [];
    }
    const cut = Math.max(left - x, top - y, x + w - right, y + h - bottom);
    if (cut > tolerance) log.add('box-clipped', shown);
    const clipped: PixelBox = [left, top, right - left, bottom - top];
    return [clipped];
  });
}
