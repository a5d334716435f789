import type { ImageSource, LabelledImage } from '@edgelore/detection';
import { splitDataset } from '@edgelore/detection';
import type { Dataset, DatasetItem } from '../dataset/dataset.js';
import { loadImage } from '../dataset/load-image.js';
import { ClientError } from '../errors/client.error.js';

/** Decoded pixels kept in memory, at most. */
const CACHE_BYTES = 512 * 1024 * 1024;
/** Share of the images (or groups of images) that training never sees. */
const HELD_OUT_SHARE = 0.3;

/** A dataset's images, decoded when needed and kept while they fit. */
export function datasetImages(dataset: Dataset, items: readonly DatasetItem[], maxSide: number): ImageSource {
  const cache = new Map<number, LabelledImage>();
  let held = 0;
  return {
    count: items.length,
    async load(index) {
      const item = items[index];
      if (!item) throw new RangeError(`there is no image ${index}`);
      const known = cache.get(index);
      if (known) return known;
      const image = await loadImage(dataset, item, { maxSide });
      if (held + image.pixels.length <= CACHE_BYTES) {
        cache.set(index, image);
        held += image.pixels.length;
      }
      return image;
    },
  };
}

export interface HeldOutSplit {
  readonly training: readonly DatasetItem[];
  readonly heldOut: readonly DatasetItem[];
}

/**
 * The fixed division of a dataset: 30 % of its images are held out, images of one group stay together.
 *
 * @throws ClientError TOO_FEW_IMAGES when they cannot be divided, NO_FACES when a side has none.
 */
export function splitItems(dataset: Dataset, seed = 1): HeldOutSplit {
  const groups = new Set(dataset.items.map(({ group, file }) => group ?? `file ${file}`));
  if (groups.size < 2) {
    throw new ClientError('TOO_FEW_IMAGES', {
      file: dataset.root,
      problem: `its ${dataset.items.length} images, in one group, cannot be divided into a training and a held-out part`,
      remedy: 'Add images from other sources',
    });
  }
  const split = splitDataset(dataset.items.length, {
    validationShare: HELD_OUT_SHARE,
    seed,
    group: (index) => dataset.items[index]?.group ?? `file ${dataset.items[index]?.file}`,
  });
  const pick = (indices: readonly number[]) => indices.flatMap((index) => dataset.items[index] ?? []);
  const parts = { training: pick(split.training), heldOut: pick(split.validation) };
  for (const [name, items] of Object.entries(parts)) {
    if (items.some(({ boxes }) => boxes.length > 0)) continue;
    throw new ClientError('NO_FACES', {
      file: dataset.root,
      problem: `its ${name === 'heldOut' ? 'held-out' : 'training'} part of ${items.length} images has no face`,
      remedy: 'Annotate more images with faces',
    });
  }
  return parts;
}
