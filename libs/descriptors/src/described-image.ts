import { DescriptorError } from './descriptor.error.js';

/** `[x, y, width, height]` in pixels of the image, origin at its top left corner. */
export type Box = readonly [number, number, number, number];

/** One picture of a dataset, in memory: RGB bytes, row-major, three per pixel, and the boxes of its faces. */
export interface DescribedImage {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
}

/** Refuses what cannot be measured: a wrong pixel count, a box that is not four finite numbers with an area. */
export function checkImage(image: DescribedImage): void {
  const { width, height, pixels, boxes } = image;
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new DescriptorError(
      'INVALID_IMAGE',
      'width',
      `The image is ${width} x ${height}; both sides must be whole numbers of at least 1.`,
    );
  }
  if (pixels.length !== width * height * 3) {
    throw new DescriptorError(
      'INVALID_IMAGE',
      'pixels',
      `A ${width} x ${height} RGB image needs ${width * height * 3} bytes, not ${pixels.length}; drop the alpha channel or decode it again.`,
    );
  }
  boxes.forEach((box, index) => {
    if (box.length !== 4 || !box.every(Number.isFinite) || box[2] <= 0 || box[3] <= 0) {
      throw new DescriptorError(
        'INVALID_IMAGE',
        `boxes[${index}]`,
        `Box ${index} is [${box.join(', ')}]; it must be [x, y, width, height] with finite numbers and an area.`,
      );
    }
  });
}
