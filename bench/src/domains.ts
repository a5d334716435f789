import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DatasetItem, DiskFolder, loadImage, openDataset, splitItems } from '@edgelore/client';
import type { LabelledImage } from '@edgelore/detection';

/** Longest side at which pictures are held: the largest input of the search space. */
const MAX_SIDE = 320;
export const SPLIT_SEED = 1;

/** A folder of annotated face images, after shared/data/faces/README.md. */
export interface FaceDomain {
  readonly name: string;
  readonly kind: 'real' | 'semi-synthetic' | 'synthetic' | 'derived';
  /** Domains of one collection (its people, or its pictures before a filter, may be alike) leave no trace in one another's judgement. */
  readonly collection: string;
}

export const faceDomains: readonly FaceDomain[] = [
  { name: 'cartoon-mixed', kind: 'real', collection: 'film-stills' },
  { name: 'crowd-tiny', kind: 'real', collection: 'wider' },
  { name: 'events', kind: 'real', collection: 'wider' },
  { name: 'masked-portraits', kind: 'real', collection: 'masked-faces' },
  { name: 'news-photos', kind: 'real', collection: 'fddb' },
  { name: 'portraits-indoor', kind: 'real', collection: 'caltech-faces' },
  { name: 'video-interviews', kind: 'real', collection: 'youtube-faces' },
  { name: 'art-gallery', kind: 'semi-synthetic', collection: 'paintings' },
  { name: 'avatars-vector', kind: 'synthetic', collection: 'facesjs' },
  { name: 'derived-blur', kind: 'derived', collection: 'youtube-faces' },
  { name: 'derived-cctv', kind: 'derived', collection: 'street-masks' },
  { name: 'derived-infrared', kind: 'derived', collection: 'youtube-faces' },
  { name: 'derived-night', kind: 'derived', collection: 'street-masks' },
  { name: 'derived-sketch', kind: 'derived', collection: 'caltech-faces' },
];

/** The collection of a domain. @throws RangeError for a name that is none of {@link faceDomains}. */
export function collectionOf(name: string): string {
  const domain = faceDomains.find((each) => each.name === name);
  if (domain) return domain.collection;
  throw new RangeError(`${name} is no domain: name one of ${faceDomains.map((each) => each.name).join(', ')}.`);
}

/** CC BY 4.0, public domain, CC0 or Apache-2.0: what the shipped weights are trained on, beside pictures without faces. None of them is a domain that figures are reported on. */
export const openDomains = ['portraits-indoor', 'derived-sketch', 'art-gallery', 'avatars-vector', 'derived-night'];

/** Real annotated face images by domain lie beside the repository, never in it; EDGELORE_DATA names another place. */
export function facesFolder(): string | undefined {
  const folder = `${process.env.EDGELORE_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))}/faces`;
  return existsSync(folder) ? folder : undefined;
}

export function requireFacesFolder(): string {
  const folder = facesFolder();
  if (folder) return folder;
  console.error(
    'the face images by domain are not here: put them into ../shared/data/faces or name their parent with EDGELORE_DATA',
  );
  process.exit(3);
}

export interface Domain {
  readonly name: string;
  readonly training: readonly LabelledImage[];
  readonly validation: readonly LabelledImage[];
}

/** Every picture of a domain, decoded, with the held-out part that its owner's client would choose. */
export async function loadDomain(name: string): Promise<Domain> {
  const dataset = await openDataset(path.join(requireFacesFolder(), name));
  const { training, heldOut } = splitItems(dataset, SPLIT_SEED);
  const load = async (items: readonly DatasetItem[]): Promise<LabelledImage[]> => {
    const images: LabelledImage[] = [];
    for (const item of items) images.push(await loadImage(dataset, item, { maxSide: MAX_SIDE }));
    return images;
  };
  return { name, training: await load(training), validation: await load(heldOut) };
}

/** Pictures without a face, for pre-training. */
export async function loadBackgrounds(): Promise<LabelledImage[]> {
  const root = path.join(requireFacesFolder(), 'negatives');
  const listed: { images: { file: string; width: number; height: number }[] } = JSON.parse(
    readFileSync(path.join(root, 'annotations.json'), 'utf8'),
  );
  const folder = await DiskFolder.open(root);
  const images: LabelledImage[] = [];
  for (const image of listed.images)
    images.push(await loadImage({ folder }, { ...image, boxes: [], ignore: [] }, { maxSide: MAX_SIDE }));
  return images;
}
