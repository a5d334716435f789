import type { Dataset, DatasetItem, PixelBox } from './dataset.js';

export interface LoadedImage {
  /** RGB, row by row. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly boxes: PixelBox[];
  readonly ignore: PixelBox[];
}

/**
 * Decodes one image upright as 8-bit RGB, at most `maxSide` pixels on its longer side, with its boxes scaled alike.
 * Transparent areas become white; grey, 16-bit, palette and CMYK images become RGB; of an animation the first frame.
 *
 * @throws ClientError IMAGE_UNREADABLE when the file is damaged or cut short.
 */
export async function loadImage(
  { folder }: Pick<Dataset, 'folder'>,
  item: DatasetItem,
  options: { readonly maxSide: number },
): Promise<LoadedImage> {
  const scale = Math.min(1, options.maxSide / Math.max(item.width, item.height));
  const width = Math.max(1, Math.round(item.width * scale));
  const height = Math.max(1, Math.round(item.height * scale));
  const pixels = await folder.pixels(item.file, width, height);
  const resize = (boxes: readonly PixelBox[]) =>
    boxes.map(([x, y, w, h]): PixelBox => {
      const sx = width / item.width;
      const sy = height / item.height;
      return [x * sx, y * sy, w * sx, h * sy];
    });
  return { pixels, width, height, boxes: resize(item.boxes), ignore: resize(item.ignore) };
}
