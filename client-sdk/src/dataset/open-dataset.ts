import type { Dataset } from './dataset.js';
import { DiskFolder } from './disk-folder.js';
import { type ReadDatasetOptions, readDataset } from './read-dataset.js';

/**
 * Opens a dataset on this machine's disk, as {@link readDataset} does.
 *
 * @throws ClientError DATASET_NOT_FOUND, and whatever `readDataset` throws.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 *
 * const folder = await mkdtemp(`${tmpdir()}/faces-`);
 * await writeDemo({ folder: `${folder}/drawn`, domain: 'drawn-portraits', count: 2, maxSide: 96 });
 * const { format, items } = await openDataset(`${folder}/drawn`);
 * [format, items.length]; // => ['edgelore', 2]
 * await rm(folder, { recursive: true });
 * ```
 */
export async function openDataset(folder: string, options: ReadDatasetOptions = {}): Promise<Dataset> {
  return readDataset(await DiskFolder.open(folder), options);
}
