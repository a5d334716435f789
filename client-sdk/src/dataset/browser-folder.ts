import { imageSize } from 'image-size';
import { ClientError } from '../errors/client.error.js';
import type { DatasetFolder } from './dataset-folder.js';
import { checkedHeader, endsWhole, type ImageHeader, TAIL_BYTES, unreadable } from './image-header.js';
import { lanczos } from './lanczos.js';

/** A file that the owner gave to the page. */
export interface GivenFile {
  /** Path below the folder given, with forward slashes. */
  readonly path: string;
  readonly file: Blob;
}

/** Sizes stand in the first bytes, behind thumbnails and colour profiles at most; where they do not, the whole file is read. */
const HEAD_BYTES = 256 * 1024;

/** What image-size calls a format, and what this package calls it. */
const formats: Partial<Record<string, string>> = {
  jpg: 'jpeg',
  png: 'png',
  webp: 'webp',
  gif: 'gif',
  tiff: 'tiff',
  avif: 'avif',
  heif: 'heif',
  heic: 'heif',
};

/** A folder that the owner gave to a page, or to a worker of it; its images are decoded by the browser. No byte of it is sent anywhere. */
export class BrowserFolder implements DatasetFolder {
  readonly files: readonly string[];
  /** Browsers follow no links. */
  readonly escaping: readonly string[] = [];
  readonly #given: ReadonlyMap<string, Blob>;

  /** @param root the folder's name, for messages */
  constructor(
    readonly root: string,
    given: readonly GivenFile[],
  ) {
    this.#given = new Map(given.filter((one) => !isHidden(one.path)).map(({ path, file }) => [path, file]));
    this.files = [...this.#given.keys()].sort();
  }

  text(file: string): Promise<string> {
    return this.#blob(file).text();
  }

  async header(file: string): Promise<ImageHeader> {
    const blob = this.#blob(file);
    try {
      if (blob.size === 0) throw new Error('the file is empty');
      const { type = '', width, height, orientation } = await sizeOf(blob);
      const format = formats[type];
      if (format === undefined) throw new Error(`its content is ${type}, not a photograph format`);
      const header = checkedHeader(file, width, height, orientation);
      if (!endsWhole(format, await bytesOf(blob.slice(-TAIL_BYTES)))) (await createImageBitmap(blob)).close();
      return header;
    } catch (error) {
      throw error instanceof ClientError ? error : unreadable(file, error);
    }
  }

  async pixels(file: string, width: number, height: number): Promise<Uint8Array> {
    try {
      const bitmap = await createImageBitmap(this.#blob(file), { imageOrientation: 'from-image' });
      try {
        // Boxes are turned by what the header says, which is read from JPEG files only.
        if ((bitmap.width - bitmap.height) * (width - height) < 0) throw new Error('this browser turns it otherwise');
        return scaled(bitmap, width, height);
      } finally {
        bitmap.close();
      }
    } catch (error) {
      throw unreadable(file, error);
    }
  }

  #blob(file: string): Blob {
    const blob = this.#given.get(file);
    if (blob === undefined) throw new Error(`${file} is not in the folder`);
    return blob;
  }
}

function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.'));
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

async function sizeOf(blob: Blob): Promise<ReturnType<typeof imageSize>> {
  try {
    return imageSize(await bytesOf(blob.slice(0, HEAD_BYTES)));
  } catch (error) {
    if (blob.size <= HEAD_BYTES) throw error;
    return imageSize(await bytesOf(blob));
  }
}

/**
 * RGB on white. What can be halved, up to three times, is halved by the browser, as JPEG decoders do while they decode; the rest is done as on the
 * command's side, since browsers scale in ways of their own.
 */
function scaled(bitmap: ImageBitmap, width: number, height: number): Uint8Array {
  const shrink = Math.min(bitmap.width / width, bitmap.height / height);
  const factor = shrink >= 8 ? 8 : shrink >= 4 ? 4 : shrink >= 2 ? 2 : 1;
  const [across, down] = [Math.ceil(bitmap.width / factor), Math.ceil(bitmap.height / factor)];
  const context = new OffscreenCanvas(across, down).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('this browser gives workers no canvas');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, across, down);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, across, down);
  return lanczos(context.getImageData(0, 0, across, down).data, across, down, width, height);
}
