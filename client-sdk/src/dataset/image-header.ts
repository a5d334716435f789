import { ClientError } from '../errors/client.error.js';

/**
 * Larger images are refused before a pixel is decoded: 100 million pixels are 300 MB of memory, and no camera or
 * scanner in use for faces delivers sides above 16,384.
 */
export const imageLimits = { pixels: 100_000_000, side: 16_384 } as const;

/** Bytes at a file's end in which its end mark is looked for. */
export const TAIL_BYTES = 2048;

const endMarks: Partial<Record<string, Uint8Array>> = {
  jpeg: Uint8Array.of(0xff, 0xd9),
  png: new TextEncoder().encode('IEND'),
};

export interface ImageHeader {
  /** Size of the stored pixels, before any EXIF orientation. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1 (upright) to 8. */
  readonly orientation: number;
}

/** @throws ClientError IMAGE_TOO_LARGE. */
export function checkedHeader(name: string, width: number, height: number, orientation = 1): ImageHeader {
  if (width * height > imageLimits.pixels || Math.max(width, height) > imageLimits.side) {
    throw new ClientError('IMAGE_TOO_LARGE', {
      file: name,
      problem: `the image has ${width} x ${height} pixels; at most ${imageLimits.side} a side and ${imageLimits.pixels / 1e6} million in all are read`,
      remedy: 'Scale it down together with its boxes, or remove it from the dataset',
    });
  }
  return { width, height, orientation: orientation >= 1 && orientation <= 8 ? orientation : 1 };
}

/** True when a file's last bytes hold its format's own end mark; false also for a whole file with other data behind it. */
export function endsWhole(format: string, tail: Uint8Array): boolean {
  const mark = endMarks[format];
  return mark !== undefined && tail.some((_, at) => mark.every((byte, within) => tail[at + within] === byte));
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
