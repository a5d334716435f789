import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { averagePrecision, type Detection } from '@edgelore/detection';
import { z } from 'zod';
import type { DatasetItem } from '../dataset/dataset.js';
import { ClientError, systemCode } from '../errors/client.error.js';
import type { BaselineResult } from './evaluate-baselines.js';

/** Length of a box's sides in pixels, at most: what no image passes. */
const LONGEST = 1e6;
const coordinate = z.number().min(-LONGEST).max(LONGEST);
const found = z.object({
  file: z.string(),
  bbox: z.tuple([coordinate, coordinate, coordinate.positive(), coordinate.positive()]),
  score: z.number(),
});

/**
 * AP50 of a detector that the owner already has, from what it found: a JSON file with an array of `{file, bbox, score}`, `file` below the
 * dataset's folder, `bbox` left, top, width and height in pixels of the upright image. Images that are not held out are passed over; a held-out one without an
 * entry is one in which nothing was found.
 *
 * @throws ClientError INVALID_DETECTIONS naming the file and entry.
 *
 * @example
 * ```ts
 * import { rm, writeFile } from 'node:fs/promises';
 *
 * await writeFile('found.json', '[{"file": "a.jpg", "bbox": [10, 10, 21, 20], "score": 0.9}]');
 * const heldOut = [{ file: 'a.jpg', width: 64, height: 64, boxes: [[10, 10, 20, 20]], ignore: [] }] as const;
 * const { name, ap50 } = await judgeDetections('found.json', heldOut);
 * [name, ap50]; // => ['found.json', 1]
 * await rm('found.json');
 * ```
 */
export async function judgeDetections(file: string, heldOut: readonly DatasetItem[]): Promise<BaselineResult> {
  const byImage = new Map<string, Detection[]>(heldOut.map((item) => [item.file, []]));
  let known = 0;
  for (const [at, entry] of (await readEntries(file)).entries()) {
    const { success, data, error } = found.safeParse(entry);
    if (!success) throw invalid(`${file}: entry ${at}`, problemOf(error), 'Correct the entry');
    const detections = byImage.get(path.posix.normalize(data.file.replaceAll('\\', '/')));
    detections?.push({ box: data.bbox, score: data.score });
    if (detections) known++;
  }
  if (known === 0) {
    throw invalid(
      file,
      `names none of the ${heldOut.length} held-out images`,
      `Name images as they lie below the folder, such as ${JSON.stringify(heldOut[0]?.file)}`,
    );
  }
  const results = heldOut.map((item) => ({
    detections: byImage.get(item.file) ?? [],
    boxes: item.boxes,
    ignore: item.ignore,
  }));
  return { name: path.basename(file), ap50: averagePrecision(results).ap, bytes: null, macs: null };
}

async function readEntries(file: string): Promise<unknown[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const problem = systemCode(cause) === 'ENOENT' ? 'does not exist' : `cannot be read (${systemCode(cause)})`;
    throw invalid(file, problem, 'Name a JSON file of detections (docs/sdk.md)', cause);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(file, 'is no JSON', 'Write an array of {"file", "bbox", "score"}', cause);
  }
  if (Array.isArray(json)) return json;
  throw invalid(file, 'is no array', 'Write an array of {"file", "bbox", "score"}');
}

function problemOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join('.') || 'all of it'}: ${issue?.message}`;
}

function invalid(file: string, problem: string, remedy: string, cause?: unknown): ClientError {
  return new ClientError('INVALID_DETECTIONS', { file, problem, remedy, cause });
}
