import type { ImageHeader } from './image-header.js';

/**
 * The folder of a dataset, wherever it is: on this machine's disk (`disk-folder.ts`) or given to a page (`browser-folder.ts`). All that reading a dataset
 * asks of either. Paths are those of `files`.
 */
export interface DatasetFolder {
  /** Its absolute path with symbolic links resolved; its name where pages are not told more. */
  readonly root: string;
  /** Sorted paths below the root, with forward slashes, hidden files left out. */
  readonly files: readonly string[];
  /** Paths of links that leave the root; nothing is read through them. */
  readonly escaping: readonly string[];
  text(file: string): Promise<string>;
  /** @throws ClientError IMAGE_UNREADABLE, also for a file that is cut short where that can be told, or IMAGE_TOO_LARGE. */
  header(file: string): Promise<ImageHeader>;
  /**
   * RGB, upright, scaled to this size. Transparent areas are white.
   * @throws ClientError IMAGE_UNREADABLE.
   */
  pixels(file: string, width: number, height: number): Promise<Uint8Array>;
}
