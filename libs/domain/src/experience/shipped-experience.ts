import { readFileSync } from 'node:fs';
import {
  BASE_DIMENSION,
  type Description,
  DescriptionPool,
  type ExtractorVersion,
  extract,
  initialExtractor,
  parseExtractor,
} from '@edgelore/descriptors';
import { AppError } from '@edgelore/platform';
import { parseRanker, type RankerVersion } from '@edgelore/ranking';
import { type Configuration, faceDetectorSpace, parseConfiguration } from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { z } from 'zod';

/** Where the experience lies that ships with Edgelore. */
export const SHIPPED_EXPERIENCE = new URL('../../experience/shipped.json', import.meta.url);

/** One open dataset: what may be known of its images, and what was measured on them. */
export interface OpenTask {
  readonly id: string;
  readonly name: string;
  /** Tasks that share pictures, or where they come from, have the same. */
  readonly collection: string | null;
  readonly faces: number | null;
  readonly base: readonly Float32Array[];
  readonly trials: readonly OpenTrial[];
}

export interface OpenTrial {
  readonly configuration: Configuration;
  readonly score: number;
  readonly seconds: number;
  readonly steps: number | null;
  readonly backend: string;
}

/** What the platform knows on its first day. */
export interface ShippedExperience {
  readonly tasks: readonly OpenTask[];
  readonly extractor: ExtractorVersion;
  /** Null: recommendations come from the portfolio until something is learnt. */
  readonly ranker: RankerVersion | null;
}

const artefact = z.object({
  format: z.literal('edgelore-experience/1'),
  tasks: z.array(
    z.object({
      id: z.string().min(1).max(200),
      name: z.string().min(1).max(200),
      collection: z.string().min(1).max(200).nullable().default(null),
      faces: z.int().min(0).nullable().default(null),
      /** Base64 of float32, little-endian, one image after another. */
      base: z.base64(),
      trials: z.array(
        z.object({
          configuration: z.unknown(),
          score: z.number().min(0).max(1),
          seconds: z.number().min(0),
          steps: z.int().min(0).nullable().default(null),
          backend: z.string().min(1).default('unknown'),
        }),
      ),
    }),
  ),
  model: z.object({ extractor: z.unknown(), ranker: z.unknown() }),
});

/** Reads the artefact. Without one the platform starts cold, with an untrained extractor and no experience. */
export function readShippedExperience(file: URL = SHIPPED_EXPERIENCE): ShippedExperience {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return { tasks: [], extractor: untrainedExtractor(), ranker: null };
  }
  return parseExperience(JSON.parse(text));
}

export function parseExperience(json: unknown): ShippedExperience {
  const read = artefact.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new AppError('CONFIG_INVALID', `shipped experience: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { tasks, model } = read.data;
  const extractor = parseExtractor(model.extractor);
  const ranker = model.ranker ? parseRanker(model.ranker) : null;
  if (ranker !== null && ranker.extractor.hash !== extractor.hash) {
    throw new AppError('CONFIG_INVALID', 'shipped experience: the ranker reads descriptions of another extractor.');
  }
  return {
    tasks: tasks.map((task) => ({
      ...task,
      base: decodeBase(task.base, task.id),
      trials: task.trials.map((trial) => ({
        ...trial,
        configuration: parseConfiguration(faceDetectorSpace, trial.configuration),
      })),
    })),
    extractor,
    ranker,
  };
}

/** The JSON text that `readShippedExperience` reads. */
export function encodeExperience({ tasks, extractor, ranker }: ShippedExperience): string {
  return `${JSON.stringify({
    format: 'edgelore-experience/1',
    tasks: tasks.map((task) => ({ ...task, base: encodeBase(task.base) })),
    model: { extractor, ranker },
  })}\n`;
}

export function describeOpenTask(extractor: ExtractorVersion, task: Pick<OpenTask, 'id' | 'base'>): Description {
  const pool = new DescriptionPool(extractor, seededRandom(task.id).integer(2 ** 31));
  for (const image of task.base) pool.add(extract(extractor, image));
  return pool.finish();
}

function untrainedExtractor(): ExtractorVersion {
  const random = seededRandom('untrained extractor');
  const sample = Array.from({ length: 64 }, () => Float32Array.from({ length: BASE_DIMENSION }, () => random.normal()));
  return initialExtractor(1, sample);
}

function encodeBase(base: readonly Float32Array[]): string {
  return Buffer.concat(base.map((image) => Buffer.from(image.buffer, image.byteOffset, image.byteLength))).toString(
    'base64',
  );
}

function decodeBase(text: string, task: string): Float32Array[] {
  // A copy starts at an address that float32 can be read from.
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  const imageBytes = BASE_DIMENSION * Float32Array.BYTES_PER_ELEMENT;
  if (bytes.length % imageBytes !== 0) {
    throw new AppError(
      'CONFIG_INVALID',
      `shipped experience: the base descriptors of task ${task} are ${bytes.length} bytes, not a multiple of ${imageBytes}.`,
    );
  }
  const values = new Float32Array(bytes.buffer);
  return Array.from({ length: bytes.length / imageBytes }, (_, at) =>
    values.slice(at * BASE_DIMENSION, (at + 1) * BASE_DIMENSION),
  );
}
