import {
  BaseDescriptor,
  type Description,
  DescriptionPool,
  type ExtractorVersion,
  extract,
  LEAST_IMAGES,
} from '@edgelore/descriptors';
import { BadImages } from '../dataset/bad-images.js';
import type { Dataset } from '../dataset/dataset.js';
import { loadImage } from '../dataset/load-image.js';
import { ProblemLog, type ProblemSummary } from '../dataset/problems.js';
import { ClientError, throwIfAborted } from '../errors/client.error.js';

export interface DescribeOptions {
  readonly extractor: ExtractorVersion;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface DescribedDataset {
  readonly description: Description;
  /** Images that went in, and faces in them. */
  readonly images: number;
  readonly faces: number;
  /** Images that could not be read after all. */
  readonly problems: readonly ProblemSummary[];
}

/** Longest side at which images are described. */
const MAX_SIDE = 320;
/** The assignment of images to batches needs no secret: it only has to repeat. */
const POOL_SEED = 1;

/**
 * Describes a dataset on this machine: base descriptor, extractor and pooling to batch means, one image at a time.
 *
 * @throws ClientError TOO_FEW_IMAGES, TOO_MANY_BAD_IMAGES, INTERRUPTED.
 */
export async function describeDataset(dataset: Dataset, options: DescribeOptions): Promise<DescribedDataset> {
  if (dataset.items.length < LEAST_IMAGES) throw tooFew(dataset.root, dataset.items.length);
  const log = new ProblemLog();
  const bad = new BadImages(dataset.items.length, log);
  const base = await BaseDescriptor.create();
  const pool = new DescriptionPool(options.extractor, POOL_SEED);
  let images = 0;
  let faces = 0;
  // The next image is decoded by the image library's threads while this one is described here.
  const load = (index: number) => {
    const item = dataset.items[index];
    if (item === undefined) return undefined;
    const loading = loadImage(dataset, item, { maxSide: MAX_SIDE });
    // A failure is looked at below, in its turn; until then it is not unhandled.
    loading.catch(() => undefined);
    return loading;
  };
  let next = load(0);
  for (const [index, item] of dataset.items.entries()) {
    throwIfAborted(options.signal, dataset.root);
    const current = next;
    next = load(index + 1);
    try {
      const image = await current;
      if (image === undefined) continue;
      pool.add(extract(options.extractor, base.describe(image)));
      images += 1;
      faces += item.boxes.length;
    } catch (error) {
      bad.skip(error);
    }
    options.onProgress?.(index + 1, dataset.items.length);
  }
  if (images < LEAST_IMAGES) throw tooFew(dataset.root, images);
  return { description: pool.finish(), images, faces, problems: log.summary() };
}

function tooFew(root: string, images: number): ClientError {
  return new ClientError('TOO_FEW_IMAGES', {
    file: root,
    problem: `has ${images} readable images, and a description is a mean over at least ${LEAST_IMAGES}`,
    remedy: `Add ${LEAST_IMAGES - images} more`,
  });
}
