import path from 'pathe';
import { ClientError } from '../errors/client.error.js';
import type { DatasetFolder } from './dataset-folder.js';

const imageExtensions = ['.jpg', '.jpeg', '.png', '.webp', '.gif', '.tif', '.tiff', '.avif'];

/**
 * Every file below a dataset's root. Readers reach files only through this list, which holds nothing outside the
 * root, so no annotation can name a file elsewhere.
 */
export class FolderListing {
  readonly #known: ReadonlySet<string>;
  readonly #escaping: ReadonlySet<string>;

  constructor(readonly folder: DatasetFolder) {
    this.#known = new Set(folder.files);
    this.#escaping = new Set(folder.escaping);
  }

  get root(): string {
    return this.folder.root;
  }

  /** Sorted paths below the root, with forward slashes. */
  get files(): readonly string[] {
    return this.folder.files;
  }

  has(file: string): boolean {
    return this.#known.has(file);
  }

  images(): string[] {
    return this.files.filter(isImageFile);
  }

  /**
   * The listed file that an annotation names, looked for below each of `folders`; undefined when there is none.
   *
   * @throws ClientError DUPLICATE_IMAGE when two folders hold a file of that name, PATH_OUTSIDE when the name is absolute, climbs out of the root or is a link that leaves it.
   */
  find(named: string, folders: readonly string[], annotation: string): string | undefined {
    const wanted = named.replaceAll('\\', '/');
    const found = new Set<string>();
    const absolute = wanted.startsWith('/') || /^[a-z]:\//i.test(wanted) || wanted.includes('\0');
    for (const folder of absolute ? [''] : folders) {
      const file = path.normalize(path.join(folder, wanted));
      if (absolute || file === '..' || file.startsWith('../') || this.#leaves(file)) {
        throw new ClientError('PATH_OUTSIDE', {
          file: annotation,
          problem: `names the image ${JSON.stringify(named.slice(0, 200))}, which is outside the dataset's folder`,
          remedy: 'Name images by their path below the dataset folder and copy linked files into it',
        });
      }
      if (this.#known.has(file)) found.add(file);
    }
    if (found.size > 1) {
      throw new ClientError('DUPLICATE_IMAGE', {
        file: annotation,
        problem: `names ${JSON.stringify(wanted)}, but there are two files of that name, ${[...found].join(' and ')}`,
        remedy: 'Remove or rename one of the two files',
      });
    }
    return [...found][0];
  }

  /** A listed image with this stem (name without extension) in one of `folders`. */
  findImageByStem(stem: string, folders: readonly string[]): string | undefined {
    return folders
      .flatMap((folder) =>
        imageExtensions
          .flatMap((extension) => [extension, extension.toUpperCase()])
          .map((extension) => path.join(folder, stem + extension)),
      )
      .find((file) => this.#known.has(file));
  }

  #leaves(file: string): boolean {
    if (this.#escaping.size === 0) return false;
    const parts = file.split('/');
    return parts.some((_, index) => this.#escaping.has(parts.slice(0, index + 1).join('/')));
  }

  /** The first link that leaves the root, for an error when nothing else was found. */
  get escapingLink(): string | undefined {
    return [...this.#escaping][0];
  }
}

export function isImageFile(file: string): boolean {
  return imageExtensions.includes(path.extname(file).toLowerCase());
}

/** The path without its extension. */
export function stemOf(file: string): string {
  return file.slice(0, file.length - path.extname(file).length);
}
