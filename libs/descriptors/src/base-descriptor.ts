import { boxFeatures, boxNames } from './box.features.js';
import { canonicalImage } from './canonical-image.js';
import { checkImage, type DescribedImage } from './described-image.js';
import { edgeFeatures, edgeNames } from './edge.features.js';
import { lightFeatures, lightNames } from './light.features.js';
import { buildStem, type Stem, stemFeatures, stemNames } from './stem.features.js';

/** Names the meaning of a base descriptor's coordinates; any change to them, however small, needs a new name. */
export const BASE_DESCRIPTOR = 'base/1';

/** What each coordinate of a base descriptor measures, in order. */
export const baseDescriptorNames: readonly string[] = [...lightNames, ...edgeNames, ...boxNames, ...stemNames];

/** Length of a base descriptor. */
export const BASE_DIMENSION: number = baseDescriptorNames.length;

/**
 * The fixed descriptor f(I) of one picture: light, colour, edges, blur, noise, radial structure, its face boxes, and the embedding of a small frozen
 * convolutional stem. Plain arithmetic on typed arrays, so it is the same bit for bit whatever tensor backend runs. It never leaves the client;
 * only batch means of what an extractor makes of it do. After HyperFD (arXiv 2203.08399) in structure; the coordinates are Edgelore's own.
 *
 * @example
 * ```ts
 * const grey = new Uint8Array(64 * 48 * 3).fill(128);
 * const base = BaseDescriptor.create().describe({ pixels: grey, width: 64, height: 48, boxes: [[10, 10, 16, 20]] });
 * base.length; // => BASE_DIMENSION
 * ```
 */
export class BaseDescriptor {
  readonly #stem: Stem;

  private constructor(stem: Stem) {
    this.#stem = stem;
  }

  static create(): BaseDescriptor {
    return new BaseDescriptor(buildStem());
  }

  /**
   * @returns `[BASE_DIMENSION]` finite numbers, named by {@link baseDescriptorNames}. Boxes are clipped to the picture.
   * @throws DescriptorError INVALID_IMAGE when pixels and size disagree or a box is not four finite numbers with an area.
   */
  describe(image: DescribedImage): Float32Array {
    checkImage(image);
    const canonical = canonicalImage(image);
    return Float32Array.from([
      ...lightFeatures(canonical),
      ...edgeFeatures(canonical),
      ...boxFeatures(image, canonical),
      ...stemFeatures(this.#stem, canonical),
    ]);
  }
}
