import type { Box } from './geometry.js';
import type { Picture } from './resampling.js';

/** A decoded picture and the faces in it, boxes in its own pixels. */
export interface LabelledImage extends Picture {
  readonly boxes: readonly Box[];
  /** Places where a face may or may not be: never taught, never counted. */
  readonly ignore?: readonly Box[];
}

/** Pictures by number, loaded when needed, so that a large set need not fit in memory. */
export interface ImageSource {
  readonly count: number;
  load(index: number): LabelledImage | Promise<LabelledImage>;
}

/** An {@link ImageSource} of pictures that are in memory already. */
export function imageSource(images: readonly LabelledImage[]): ImageSource {
  return {
    count: images.length,
    load(index) {
      const image = images[index];
      if (!image) throw new RangeError(`There is no picture ${index}: the set has ${images.length}.`);
      return image;
    },
  };
}
