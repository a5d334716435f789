import { open } from 'node:fs/promises';
import sharp from 'sharp';
import { ClientError } from '../errors/client.error.js';

/**
 * Larger images are refused before a pixel is decoded: 100 million pixels are 300 MB of memory, and no camera or
 * scanner in use for faces delivers sides above 16,384.
 */
export const imageLimits = { pixels: 100_000_000, side: 16_384 } as const;

const formats = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif', 'avif']);

export interface ImageHeader {
  /** Size of the stored pixels, before any EXIF orientation. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1 (upright) to 8. */
  readonly orientation: number;
}

/**
 * Reads size and orientation, and whether the file is cut short; pixels are decoded only where that cannot be told
 * otherwise.
 *
 * @throws ClientError IMAGE_UNREADABLE or IMAGE_TOO_LARGE naming `name`.
 */
export async function readImageHeader(absolute: string, name: string): Promise<ImageHeader> {
  try {
    const tail = await readTail(absolute);
    if (tail.length === 0) throw new Error('the file is empty');
    const { format, width, height, orientation = 1 } = await sharp(absolute, { limitInputPixels: false }).metadata();
    if (!formats.has(format)) throw new Error(`its content is ${format}, not a photograph format`);
    refuseOversized(width, height, name);
    if (!endsWhole(format, tail)) await decodeToTheEnd(absolute);
    return { width, height, orientation: orientation >= 1 && orientation <= 8 ? orientation : 1 };
  } catch (error) {
    throw error instanceof ClientError ? error : unreadable(name, error);
  }
}

const tailBytes = 2048;

async function readTail(absolute: string): Promise<Buffer> {
  const handle = await open(absolute);
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, tailBytes);
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** True when the last bytes hold the format's own end mark; false also for a whole file with other data behind it. */
function endsWhole(format: string, tail: Buffer): boolean {
  if (format === 'jpeg') return tail.includes(Buffer.from([0xff, 0xd9]));
  return format === 'png' && tail.includes('IEND');
}

async function decodeToTheEnd(absolute: string): Promise<void> {
  await sharp(absolute, { failOn: 'truncated', limitInputPixels: imageLimits.pixels }).resize(16).raw().toBuffer();
}

export function unreadable(name: string, cause: unknown): ClientError {
  const reason = cause instanceof Error ? cause.message.replace(/\.$/, '') : 'unknown cause';
  return new ClientError('IMAGE_UNREADABLE', {
    file: name,
    problem: `the image cannot be read (${reason.slice(0, 160)})`,
    remedy: 'Replace it by an intact JPEG, PNG, WebP, GIF, TIFF or AVIF, or remove it from the dataset',
    cause,
  });
}

function refuseOversized(width: number, height: number, name: string): void {
  if (width * height <= imageLimits.pixels && Math.max(width, height) <= imageLimits.side) return;
  throw new ClientError('IMAGE_TOO_LARGE', {
    file: name,
    problem: `the image has ${width} x ${height} pixels; at most ${imageLimits.side} a side and ${imageLimits.pixels / 1e6} million in all are read`,
    remedy: 'Scale it down together with its boxes, or remove it from the dataset',
  });
}
