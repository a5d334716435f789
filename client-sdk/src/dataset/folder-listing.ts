import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { ClientError, systemCode } from '../errors/client.error.js';

const imageExtensions = ['.jpg', '.jpeg', '.png', '.webp', '.gif', '.tif', '.tiff', '.avif'];

/**
 * Every file below a dataset's root. Readers reach files only through this list, which holds nothing outside the
 * root, so no annotation can name a file elsewhere.
 */
export class FolderListing {
  readonly root: string;
  /** Sorted paths below the root, with forward slashes. */
  readonly files: readonly string[];
  readonly #known: ReadonlySet<string>;
  readonly #escaping: ReadonlySet<string>;

  private constructor(root: string, files: string[], escaping: Set<string>) {
    this.root = root;
    this.files = files;
    this.#known = new Set(files);
    this.#escaping = escaping;
  }

  static async read(folder: string): Promise<FolderListing> {
    const root = await resolveRoot(folder);
    const files: string[] = [];
    const escaping = new Set<string>();
    const pending = [''];
    for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
      for (const entry of await entriesOf(root, below)) {
        const file = below === '' ? entry.name : `${below}/${entry.name}`;
        if (entry.name.startsWith('.')) continue;
        if (entry.isDirectory()) pending.push(file);
        else if (entry.isFile()) files.push(file);
        else if (entry.isSymbolicLink()) {
          if (await staysInside(root, file)) files.push(file);
          else escaping.add(file);
        }
      }
    }
    return new FolderListing(root, files.sort(), escaping);
  }

  has(file: string): boolean {
    return this.#known.has(file);
  }

  absolute(file: string): string {
    return path.join(this.root, ...file.split('/'));
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
      const file = path.posix.normalize(path.posix.join(folder, wanted));
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
          .map((extension) => path.posix.join(folder, stem + extension)),
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
  return imageExtensions.includes(path.posix.extname(file).toLowerCase());
}

/** The path without its extension. */
export function stemOf(file: string): string {
  return file.slice(0, file.length - path.posix.extname(file).length);
}

async function resolveRoot(folder: string): Promise<string> {
  try {
    const root = await realpath(folder);
    if ((await stat(root)).isDirectory()) return root;
  } catch (error) {
    if (systemCode(error) === 'EACCES') throw notReadable(folder, error);
    throw new ClientError('DATASET_NOT_FOUND', {
      file: folder,
      problem: 'there is no such folder',
      remedy: 'Give the path of the folder that holds the images and their annotations',
      cause: error,
    });
  }
  throw new ClientError('DATASET_NOT_FOUND', {
    file: folder,
    problem: 'is a file, not a folder',
    remedy: 'Give the path of the folder that holds the images and their annotations',
  });
}

async function entriesOf(root: string, below: string) {
  const folder = path.join(root, below);
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw notReadable(folder, error);
  }
}

function notReadable(folder: string, cause: unknown): ClientError {
  return new ClientError('DATASET_NOT_READABLE', {
    file: folder,
    problem: `the folder cannot be read (${systemCode(cause) ?? 'unknown cause'})`,
    remedy: 'Give your user read and search permission on it (chmod u+rx) and run again',
    cause,
  });
}

async function staysInside(root: string, file: string): Promise<boolean> {
  try {
    const target = await realpath(path.join(root, file));
    return target.startsWith(root + path.sep) && (await stat(target)).isFile();
  } catch {
    return false;
  }
}
