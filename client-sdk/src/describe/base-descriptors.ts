import { BaseDescriptor } from '@edgelore/descriptors';
import type { BadImages } from '../dataset/bad-images.js';
import type { Dataset, DatasetItem } from '../dataset/dataset.js';
import { type LoadedImage, loadImage } from '../dataset/load-image.js';
import { throwIfAborted } from '../errors/client.error.js';

export interface JournalRecord {
  /** The image's place in its dataset. */
  readonly index: number;
  readonly base: Float32Array;
}

/** Base descriptors of earlier calls, in the images' order. It is read to its end before anything is appended. */
export interface Journal {
  next(): Promise<JournalRecord | undefined>;
  append(record: JournalRecord): Promise<void>;
  close(): Promise<void>;
}

export interface BaseDescriptorOptions {
  /** Opens what keeps base descriptors between calls. Without it every call computes all of them. */
  readonly openJournal?: () => Promise<Journal>;
  /** Told of images that cannot be read; they are left out. */
  readonly bad: BadImages;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Longest side at which images are described. */
const MAX_SIDE = 320;

/**
 * The base descriptors of a dataset's images, in their order, one at a time. They never leave this machine. With a journal, one whose work was stopped goes on from there, and gives the same.
 *
 * @throws ClientError TOO_MANY_BAD_IMAGES, INTERRUPTED, DISK_FULL, NOT_WRITABLE.
 */
export async function* baseDescriptors(
  dataset: Dataset,
  options: BaseDescriptorOptions,
): AsyncGenerator<JournalRecord> {
  const { bad, onProgress, signal } = options;
  const base = BaseDescriptor.create();
  const journal = await options.openJournal?.();
  try {
    let known = await journal?.next();
    let ahead: Promise<LoadedImage> | undefined;
    for (const [index, item] of dataset.items.entries()) {
      throwIfAborted(signal, dataset.root);
      if (known?.index === index) {
        yield known;
        known = await journal?.next();
      } else {
        const current = ahead ?? load(dataset, item);
        // The next image is decoded by the image library's threads while this one is described here.
        const next = dataset.items[index + 1];
        ahead = next && known === undefined ? load(dataset, next) : undefined;
        try {
          const record = { index, base: base.describe(await current) };
          if (known === undefined) await journal?.append(record);
          yield record;
        } catch (error) {
          bad.skip(error);
        }
      }
      onProgress?.(index + 1, dataset.items.length);
    }
  } finally {
    await journal?.close();
  }
}

function load(dataset: Dataset, item: DatasetItem): Promise<LoadedImage> {
  const loading = loadImage(dataset, item, { maxSide: MAX_SIDE });
  // A failure is looked at in its turn; until then it is not unhandled.
  loading.catch(() => undefined);
  return loading;
}
