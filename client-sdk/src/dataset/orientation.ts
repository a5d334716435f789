import type { PixelBox } from './dataset.js';

/** Width and height of an image of the given stored size once turned upright. */
export function uprightSize(orientation: number, width: number, height: number): { width: number; height: number } {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/**
 * Turns a box of the stored pixels (`width` x `height`) as EXIF `orientation` turns the image (Exif 2.3, tag 0x0112:
 * 2 mirrored, 3 by 180 degrees, 4 flipped, 5 transposed, 6 by 90 clockwise, 7 transversed, 8 by 90 anticlockwise).
 */
export function turnBox(orientation: number, width: number, height: number, box: PixelBox): PixelBox {
  const [x, y, w, h] = box;
  const right = width - x - w;
  const below = height - y - h;
  switch (orientation) {
    case 2:
      return [right, y, w, h];
    case 3:
      return [right, below, w, h];
    case 4:
      return [x, below, w, h];
    case 5:
      return [y, x, h, w];
    case 6:
      return [below, x, h, w];
    case 7:
      return [below, right, h, w];
    case 8:
      return [y, right, h, w];
    default:
      return box;
  }
}
