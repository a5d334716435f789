import { ClientError } from '../errors/client.error.js';
import { readAnnotation } from './annotation-file.js';
import { type DatasetFormat, datasetFormats } from './dataset.js';
import type { FolderListing } from './folder-listing.js';
import type { RawAnnotation, ReaderOptions } from './raw-annotation.js';
import { cocoAnnotations, readCoco } from './readers/coco.reader.js';
import { edgeloreAnnotation, readEdgelore } from './readers/edgelore.reader.js';
import { readVoc, vocAnnotations } from './readers/voc.reader.js';
import { readWider, widerAnnotations } from './readers/wider.reader.js';
import { readYolo, yoloLabels } from './readers/yolo.reader.js';

type Read = (options: ReaderOptions) => Promise<RawAnnotation[]>;

/** One probe a format: how to read the folder when it holds that format's files, else undefined. */
const probes: Record<DatasetFormat, (listing: FolderListing) => Promise<Read | undefined>> = {
  async edgelore(listing) {
    if (!listing.has(edgeloreAnnotation)) return undefined;
    const text = await readAnnotation(listing, edgeloreAnnotation);
    return text.includes('"annotations"') ? undefined : () => readEdgelore(listing);
  },
  async coco(listing) {
    const files = await cocoAnnotations(listing);
    return files.length > 0 ? (options) => readCoco(listing, files, options) : undefined;
  },
  async wider(listing) {
    const files = widerAnnotations(listing);
    return files.length > 0 ? () => readWider(listing, files) : undefined;
  },
  async voc(listing) {
    const files = await vocAnnotations(listing);
    return files.length > 0 ? (options) => readVoc(listing, files, options) : undefined;
  },
  async yolo(listing) {
    const labels = yoloLabels(listing);
    return labels.size > 0 ? (options) => readYolo(listing, labels, options) : undefined;
  },
};

const expected =
  'Expected annotations.json, COCO *.json, wider_face_*_bbx_gt.txt, Pascal VOC *.xml or YOLO *.txt beside the images or in labels/';

/** Finds out how a folder is annotated, or checks that it is annotated as asked. */
export async function chooseReader(
  listing: FolderListing,
  wanted: string | undefined,
): Promise<{ format: DatasetFormat; read: Read }> {
  const asked = wanted === undefined ? undefined : parseFormat(wanted, listing.root);
  const found: { format: DatasetFormat; read: Read }[] = [];
  for (const format of asked === undefined ? datasetFormats : [asked]) {
    const read = await probes[format](listing);
    if (read !== undefined) found.push({ format, read });
  }
  const [only] = found;
  if (found.length === 1 && only !== undefined) return only;
  if (found.length > 1) {
    throw new ClientError('AMBIGUOUS_FORMAT', {
      file: listing.root,
      problem: `holds annotations of several formats (${found.map(({ format }) => format).join(', ')})`,
      remedy: 'Choose one with format (--format)',
    });
  }
  throw nothingFound(listing, asked);
}

function parseFormat(wanted: string, root: string): DatasetFormat {
  const format = datasetFormats.find((name) => name === wanted.toLowerCase());
  if (format !== undefined) return format;
  throw new ClientError('UNKNOWN_FORMAT', {
    file: root,
    problem: `there is no dataset format ${JSON.stringify(wanted)}`,
    remedy: `Choose one of ${datasetFormats.join(', ')}`,
  });
}

function nothingFound(listing: FolderListing, asked: DatasetFormat | undefined): ClientError {
  const link = listing.escapingLink;
  if (listing.images().length === 0 && link !== undefined) {
    return new ClientError('PATH_OUTSIDE', {
      file: link,
      problem: 'is a link that leaves the dataset folder',
      remedy: 'Copy the linked files into the dataset folder',
    });
  }
  if (listing.images().length === 0) {
    return new ClientError('DATASET_EMPTY', {
      file: listing.root,
      problem: 'holds no image',
      remedy: 'Give the folder that holds the images and their annotations',
    });
  }
  return new ClientError('UNKNOWN_FORMAT', {
    file: listing.root,
    problem: asked === undefined ? 'has no annotations in a known format' : `has no annotations in the format ${asked}`,
    remedy: expected,
  });
}
