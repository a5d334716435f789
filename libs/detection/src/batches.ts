import { type Random, seededRandom } from '@edgelore/tensor';
import type { Anchors } from './anchors.js';
import { type Augmentation, drawAugmented, picturesWanted } from './augmentation.js';
import type { ImageSource, LabelledImage } from './labelled-image.js';
import type { BatchTargets } from './losses.js';
import { BACKGROUND, matchAnchors } from './matching.js';

export interface BatchOptions {
  readonly size: number;
  readonly batch: number;
  readonly augmentation: Augmentation;
  readonly matchingIou: number;
  readonly seed: number;
}

export interface Batch {
  /** [batch, size, size, 3], 0..255 */
  readonly images: Float32Array;
  readonly targets: BatchTargets;
}

/**
 * Training batches by step number: each depends on the seed and the number alone, so a run can be taken up at any step without saving a random state.
 * Every picture is shown once before any is shown again.
 */
export class Batches {
  readonly #source: ImageSource;
  readonly #anchors: Anchors;
  readonly #options: BatchOptions;
  readonly #images: Float32Array;
  #order: { round: number; pictures: readonly number[] } = { round: -1, pictures: [] };

  constructor(source: ImageSource, anchors: Anchors, options: BatchOptions) {
    this.#source = source;
    this.#anchors = anchors;
    this.#options = options;
    this.#images = new Float32Array(options.batch * options.size * options.size * 3);
  }

  /** The batch of a step. Its arrays are used again by the next call. */
  async draw(step: number): Promise<Batch> {
    const { size, batch, augmentation, matchingIou: iou, seed } = this.#options;
    const { count: anchorCount } = this.#anchors;
    const random = seededRandom(`batch/${seed}/${step}`);
    const face = new Int32Array(batch * anchorCount).fill(BACKGROUND);
    const boxes: number[] = [];
    for (let row = 0; row < batch; row++) {
      const pictures = await this.#pictures(step * batch + row, picturesWanted(augmentation, random), random);
      const frame = { values: this.#images, offset: row * size * size * 3, size };
      const labels = drawAugmented(pictures, frame, augmentation, random);
      const matching = matchAnchors(this.#anchors, labels.boxes, labels.ignore, { iou });
      const first = boxes.length / 4;
      for (let anchor = 0; anchor < anchorCount; anchor++) {
        const index = matching.face[anchor] as number;
        face[row * anchorCount + anchor] = index >= 0 ? first + index : index;
      }
      for (const box of labels.boxes) boxes.push(...box);
    }
    return { images: this.#images, targets: { face, boxes: Float32Array.from(boxes) } };
  }

  async #pictures(place: number, wanted: number, random: Random): Promise<LabelledImage[]> {
    const { count } = this.#source;
    const round = Math.floor(place / count);
    if (this.#order.round !== round) {
      const numbers = Array.from({ length: count }, (_, index) => index);
      this.#order = { round, pictures: seededRandom(`order/${this.#options.seed}/${round}`).shuffle(numbers) };
    }
    const pictures = [await this.#source.load(this.#order.pictures[place % count] as number)];
    while (pictures.length < wanted) pictures.push(await this.#source.load(random.integer(count)));
    return pictures;
  }
}
