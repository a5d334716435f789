import type { DatasetFolder } from './dataset-folder.js';
import type { ProblemSummary } from './problems.js';

/** A face box: left, top, width, height in pixels. */
export type PixelBox = readonly [x: number, y: number, width: number, height: number];

export const datasetFormats = ['edgelore', 'coco', 'wider', 'voc', 'yolo'] as const;

/**
 * How a folder is annotated: `edgelore` (annotations.json with images and boxes), `coco` (COCO JSON), `wider`
 * (WIDER FACE text), `voc` (Pascal VOC XML) or `yolo` (YOLO text).
 */
export type DatasetFormat = (typeof datasetFormats)[number];

/**
 * One annotated image. Width, height and boxes belong to the upright image: where the file carries an EXIF
 * orientation the boxes have been turned with it, so that faces stand as a viewer shows them.
 */
export interface DatasetItem {
  /** Path below the dataset's root, with forward slashes. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PixelBox[];
  /** Faces that count neither as right nor as wrong (invalid, difficult, crowd). */
  readonly ignore: readonly PixelBox[];
  /** Images of one group (frames of one video, halves of one picture) stay on one side of a split. */
  readonly group?: string;
}

/** Annotations of a folder; pixels are read one image at a time by `loadImage`. */
export interface Dataset {
  /** Path of the folder, or its name where it was given to a page. */
  readonly root: string;
  /** Where the images are read from. */
  readonly folder: DatasetFolder;
  readonly format: DatasetFormat;
  readonly items: readonly DatasetItem[];
  readonly problems: readonly ProblemSummary[];
}
