import type { Dirent } from 'node:fs';
import { open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { ClientError, systemCode } from '../errors/client.error.js';
import type { DatasetFolder } from './dataset-folder.js';
import { checkedHeader, endsWhole, type ImageHeader, imageLimits, TAIL_BYTES, unreadable } from './image-header.js';

const formats = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif', 'avif']);

/** A dataset's folder on this machine's disk; its images are decoded by libvips. */
export class DiskFolder implements DatasetFolder {
  private constructor(
    readonly root: string,
    readonly files: readonly string[],
    readonly escaping: readonly string[],
  ) {}

  /** @throws ClientError DATASET_NOT_FOUND, DATASET_NOT_READABLE. */
  static async open(folder: string): Promise<DiskFolder> {
    const root = await resolveRoot(folder);
    const files: string[] = [];
    const escaping: string[] = [];
    const pending = [''];
    for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
      for (const entry of await entriesOf(root, below)) {
        const file = below === '' ? entry.name : `${below}/${entry.name}`;
        if (entry.name.startsWith('.')) continue;
        if (entry.isDirectory()) pending.push(file);
        else if (entry.isFile()) files.push(file);
        else if (entry.isSymbolicLink()) ((await staysInside(root, file)) ? files : escaping).push(file);
      }
    }
    return new DiskFolder(root, files.sort(), escaping);
  }

  text(file: string): Promise<string> {
    return readFile(this.#absolute(file), 'utf8');
  }

  /** Pixels are decoded only where it cannot be told otherwise whether the file is cut short. */
  async header(file: string): Promise<ImageHeader> {
    const absolute = this.#absolute(file);
    try {
      const tail = await readTail(absolute);
      if (tail.length === 0) throw new Error('the file is empty');
      const { format, width, height, orientation } = await sharp(absolute, { limitInputPixels: false }).metadata();
      if (!formats.has(format)) throw new Error(`its content is ${format}, not a photograph format`);
      const header = checkedHeader(file, width, height, orientation);
      if (!endsWhole(format, tail)) await decodeToTheEnd(absolute);
      return header;
    } catch (error) {
      throw error instanceof ClientError ? error : unreadable(file, error);
    }
  }

  async pixels(file: string, width: number, height: number): Promise<Uint8Array> {
    try {
      const { data, info } = await sharp(this.#absolute(file), {
        failOn: 'truncated',
        limitInputPixels: imageLimits.pixels,
        sequentialRead: true,
      })
        .autoOrient()
        .resize({ width, height, fit: 'fill' })
        .flatten({ background: '#ffffff' })
        .toColourspace('srgb')
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true });
      if (info.channels !== 3 || info.width !== width || info.height !== height) {
        throw new Error(`decoded to ${info.width} x ${info.height} with ${info.channels} channels`);
      }
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    } catch (error) {
      throw unreadable(file, error);
    }
  }

  #absolute(file: string): string {
    return path.join(this.root, ...file.split('/'));
  }
}

async function readTail(absolute: string): Promise<Buffer> {
  const handle = await open(absolute);
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function decodeToTheEnd(absolute: string): Promise<void> {
  await sharp(absolute, { failOn: 'truncated', limitInputPixels: imageLimits.pixels }).resize(16).raw().toBuffer();
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

async function entriesOf(root: string, below: string): Promise<Dirent[]> {
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
