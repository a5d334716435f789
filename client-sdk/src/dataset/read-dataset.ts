import { ClientError } from '../errors/client.error.js';
import { BadImages } from './bad-images.js';
import { mapConcurrent } from './concurrency.js';
import type { Dataset, DatasetItem, PixelBox } from './dataset.js';
import type { DatasetFolder } from './dataset-folder.js';
import { chooseReader } from './detect-format.js';
import { FolderListing } from './folder-listing.js';
import type { ImageHeader } from './image-header.js';
import { turnBox, uprightSize } from './orientation.js';
import { ProblemLog } from './problems.js';
import type { RawAnnotation } from './raw-annotation.js';
import { usableBoxes } from './usable-boxes.js';

export interface ReadDatasetOptions {
  /** One of `datasetFormats`; found out from the folder's files when left out. */
  readonly format?: string;
  /** Name of the category that means a face (COCO, VOC, YOLO). */
  readonly faceClass?: string;
}

/** Above this share of boxes wholly outside their image, the coordinates mean something else. */
const toleratedOutsideShare = 0.1;

/**
 * Reads a folder's annotations and the headers of its images (no pixels): memory is bounded by the annotations.
 *
 * Single bad entries are put right or left out and counted in `problems`: boxes are clipped at the image border,
 * boxes outside or without area are dropped, and up to a tenth of the images may be missing, unreadable or oversized.
 *
 * EXIF: boxes are taken in the coordinates of the stored pixels, unless the annotation records a size that only the
 * upright image has; either way image and boxes are turned upright.
 *
 * @throws ClientError with one line naming file, problem and remedy: DATASET_NOT_READABLE, DATASET_EMPTY, NO_FACES,
 * UNKNOWN_FORMAT, AMBIGUOUS_FORMAT, INVALID_ANNOTATION, FACE_CLASS_UNCLEAR, DUPLICATE_IMAGE, PATH_OUTSIDE,
 * TOO_MANY_BAD_IMAGES, BOXES_OUTSIDE.
 */
export async function readDataset(folder: DatasetFolder, options: ReadDatasetOptions = {}): Promise<Dataset> {
  const listing = new FolderListing(folder);
  const { format, read } = await chooseReader(listing, options.format);
  const annotations = await read(options.faceClass === undefined ? {} : { faceClass: options.faceClass });
  if (annotations.length === 0) {
    throw new ClientError('DATASET_EMPTY', {
      file: listing.root,
      problem: `its ${format} annotations list no image`,
      remedy: 'Export the annotations again together with the images',
    });
  }
  refuseDuplicates(annotations);
  const log = new ProblemLog();
  const bad = new BadImages(annotations.length, log);
  const found = await mapConcurrent(annotations, 8, async (annotation) => {
    try {
      return itemOf(annotation, await headerOf(listing, annotation), log);
    } catch (error) {
      bad.skip(error);
      return undefined;
    }
  });
  const items = found.filter((item) => item !== undefined);
  refuseForeignBoxes(listing.root, annotations, log);
  if (items.every(({ boxes }) => boxes.length === 0)) {
    throw new ClientError('NO_FACES', {
      file: listing.root,
      problem: `none of its ${annotations.length} images has a face box`,
      remedy: 'Annotate faces in some images, or name the category that marks faces with faceClass (--face-class)',
    });
  }
  return { root: folder.root, folder, format, items, problems: log.summary() };
}

function refuseDuplicates(annotations: readonly RawAnnotation[]): void {
  const sources = new Map<string, string>();
  for (const { file, source } of annotations) {
    if (file === undefined) continue;
    const other = sources.get(file);
    if (other !== undefined) {
      const places = other === source ? `twice in ${source}` : `in ${other} and in ${source}`;
      throw new ClientError('DUPLICATE_IMAGE', {
        file,
        problem: `is annotated ${places}`,
        remedy: 'Keep one entry an image; two different images need two names',
      });
    }
    sources.set(file, source);
  }
}

async function headerOf(listing: FolderListing, annotation: RawAnnotation): Promise<ImageHeader & { file: string }> {
  const { file } = annotation;
  if (file === undefined) {
    throw new ClientError('IMAGE_MISSING', {
      file: annotation.source,
      problem: `names the image ${JSON.stringify(annotation.named)}, which does not exist`,
      remedy: 'Copy the image into the dataset folder or remove its annotation',
    });
  }
  return { file, ...(await listing.folder.header(file)) };
}

function itemOf(annotation: RawAnnotation, header: ImageHeader & { file: string }, log: ProblemLog): DatasetItem {
  const { file, orientation } = header;
  const upright = uprightSize(orientation, header.width, header.height);
  const same = (size: { width: number; height: number }) =>
    annotation.size?.width === size.width && annotation.size.height === size.height;
  const annotatedUpright = orientation !== 1 && same(upright) && !same(header);
  const frame = annotatedUpright ? upright : header;
  if (annotation.withoutLabel) log.add('image-without-label', file);
  let scaleX = 1;
  let scaleY = 1;
  if (annotation.relative) {
    scaleX = frame.width;
    scaleY = frame.height;
  } else if (annotation.size !== undefined && !same(frame)) {
    scaleX = frame.width / annotation.size.width;
    scaleY = frame.height / annotation.size.height;
    const { width, height } = annotation.size;
    log.add('size-differs', `${file}: ${frame.width} x ${frame.height}, annotated as ${width} x ${height}`);
  }
  const place = (boxes: readonly PixelBox[]) =>
    usableBoxes(
      boxes
        .map(([x, y, w, h]): PixelBox => [x * scaleX, y * scaleY, w * scaleX, h * scaleY])
        .map((box) => (annotatedUpright ? box : turnBox(orientation, header.width, header.height, box))),
      upright,
      file,
      log,
    );
  const { group } = annotation;
  return {
    file,
    ...upright,
    boxes: place(annotation.boxes),
    ignore: place(annotation.ignore),
    ...(group === undefined ? {} : { group }),
  };
}

function refuseForeignBoxes(root: string, annotations: readonly RawAnnotation[], log: ProblemLog): void {
  const total = annotations.reduce((sum, { boxes, ignore }) => sum + boxes.length + ignore.length, 0);
  const outside = log.count('box-outside');
  if (outside <= Math.max(1, total * toleratedOutsideShare)) return;
  throw new ClientError('BOXES_OUTSIDE', {
    file: root,
    problem: `${outside} of ${total} boxes lie wholly outside their image, first ${log.examples('box-outside')[0]}`,
    remedy:
      'Check that the annotations belong to these images and are left, top, width, height in pixels of these files',
  });
}
