import type { PixelBox } from './dataset.js';

/** What a reader found for one image, before the image itself was looked at. */
export interface RawAnnotation {
  /** Listed path of the image, or undefined with `named` when the annotated image does not exist. */
  readonly file: string | undefined;
  /** The name in the annotation. */
  readonly named: string;
  /** Annotation file, with the line where it has lines. */
  readonly source: string;
  readonly boxes: readonly PixelBox[];
  readonly ignore: readonly PixelBox[];
  /** The size the annotator saw, where it is recorded; boxes refer to it. */
  readonly size?: { readonly width: number; readonly height: number };
  /** True when boxes are fractions of the image's width and height. */
  readonly relative?: boolean;
  readonly group?: string;
  readonly withoutLabel?: boolean;
}

export interface ReaderOptions {
  /** Name of the category that means a face, for formats with categories. */
  readonly faceClass?: string;
}
