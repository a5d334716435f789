import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadImage, type PixelBox } from '@edgelore/client';
import { type LabelledImage, splitDataset } from '@edgelore/detection';

/** Longest side at which pictures are held: the largest input of the search space. */
const MAX_SIDE = 320;
export const SPLIT = { validationShare: 0.3, seed: 1 };

/** CC BY 4.0, public domain, CC0 or Apache-2.0: what the shipped weights are trained on. None of them is a domain that figures are reported on. */
export const openDomains = [
  'portraits-indoor',
  'derived-sketch',
  'art-gallery',
  'avatars-vector',
  'derived-night',
  'negatives',
];

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

interface AnnotatedImage {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PixelBox[];
  readonly ignore?: readonly PixelBox[];
  readonly source?: string | readonly string[];
}

/** Pictures of one source stay on one side: halves of a photograph, frames of one person. Undefined where the source tells nothing. */
function sourceOf(image: AnnotatedImage | undefined, domain: string): string | undefined {
  const source = image?.source;
  if (typeof source !== 'string' || domain === 'avatars-vector') return undefined;
  return /^(video-interviews|derived-blur|derived-infrared)$/.test(domain)
    ? source.replace(/_?\d{2}\.jpg$/, '')
    : source;
}

/** Every picture of a domain, decoded, with the fixed split that all figures in this repository use. */
export async function loadDomain(name: string): Promise<Domain> {
  const root = `${requireFacesFolder()}/${name}`;
  const { images: annotated }: { images: AnnotatedImage[] } = JSON.parse(
    readFileSync(`${root}/annotations.json`, 'utf8'),
  );
  const images: LabelledImage[] = [];
  for (const image of annotated)
    images.push(await loadImage({ root }, { ignore: [], ...image }, { maxSide: MAX_SIDE }));
  const split = splitDataset(images.length, { ...SPLIT, group: (i) => sourceOf(annotated[i], name) ?? String(i) });
  const pick = (indices: readonly number[]) => indices.flatMap((index) => images[index] ?? []);
  return { name, training: pick(split.training), validation: pick(split.validation) };
}
