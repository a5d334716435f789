import { type Description, DescriptionPool, type ExtractorVersion, extract, LEAST_IMAGES } from '@edgelore/descriptors';
import { BadImages } from '../dataset/bad-images.js';
import type { Dataset } from '../dataset/dataset.js';
import { ProblemLog, type ProblemSummary } from '../dataset/problems.js';
import { ClientError } from '../errors/client.error.js';
import { type BaseDescriptorOptions, baseDescriptors } from './base-descriptors.js';

export interface DescribeOptions extends Omit<BaseDescriptorOptions, 'bad'> {
  readonly extractor: ExtractorVersion;
}

export interface DescribedDataset {
  readonly description: Description;
  /** Images that went in, and faces in them. */
  readonly images: number;
  readonly faces: number;
  /** Images that could not be read after all. */
  readonly problems: readonly ProblemSummary[];
}

/** The assignment of images to batches needs no secret: it only has to repeat. */
const POOL_SEED = 1;

/**
 * Describes a dataset on this machine: base descriptor, extractor and pooling to batch means, one image at a time. With a journal, work that was stopped is gone on
 * with, to the same description bit for bit.
 *
 * @throws ClientError TOO_FEW_IMAGES, TOO_MANY_BAD_IMAGES, INTERRUPTED, DISK_FULL, NOT_WRITABLE.
 */
export async function describeDataset(dataset: Dataset, options: DescribeOptions): Promise<DescribedDataset> {
  if (dataset.items.length < LEAST_IMAGES) throw tooFew(dataset.root, dataset.items.length);
  const log = new ProblemLog();
  const bad = new BadImages(dataset.items.length, log);
  const pool = new DescriptionPool(options.extractor, POOL_SEED);
  let images = 0;
  let faces = 0;
  for await (const { index, base } of baseDescriptors(dataset, { ...options, bad })) {
    pool.add(extract(options.extractor, base));
    images += 1;
    faces += dataset.items[index]?.boxes.length ?? 0;
  }
  if (images < LEAST_IMAGES) throw tooFew(dataset.root, images);
  return { description: pool.finish(), images, faces, problems: log.summary() };
}

/** A dataset that no description may be made of. */
export function tooFew(root: string, images: number): ClientError {
  return new ClientError('TOO_FEW_IMAGES', {
    file: root,
    problem: `has ${images} readable images, and a description is a mean over at least ${LEAST_IMAGES}`,
    remedy: `Add ${LEAST_IMAGES - images} more`,
  });
}
