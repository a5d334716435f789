import { BaseDescriptor, type ExtractorVersion, initialExtractor } from '@edgelore/descriptors';
import type { LabelledImage } from '@edgelore/detection';
import { describeOpenTask, type OpenTask, type ShippedExperience } from '@edgelore/domain';
import type { KernelRuntime } from '@edgelore/kernels';
import { trainRanker } from '@edgelore/ranking';
import { collectionOf, loadDomain } from './domains.js';
import { readRows, type TrialRow } from './trials.js';

const SEED = 1;

/** The measured trials of each domain with the base descriptors of its images: figures only, no pixel. */
export async function openTasks(file: string, say: (line: string) => void = () => undefined): Promise<OpenTask[]> {
  const rows = readRows(file);
  if (new Set(rows.map(({ budget }) => JSON.stringify(budget))).size > 1) {
    throw new Error(`${file} holds trials of several budgets, which do not compare: keep one`);
  }
  const tasks: OpenTask[] = [];
  for (const domain of [...new Set(rows.map((row) => row.domain))].sort()) {
    const { training, validation } = await loadDomain(domain);
    const images = [...training, ...validation];
    say(`describing ${domain}: ${images.length} images`);
    tasks.push({
      id: domain,
      name: domain,
      collection: collectionOf(domain),
      faces: images.reduce((sum, { boxes }) => sum + boxes.length, 0),
      base: describeImages(images),
      trials: rows.filter((row) => row.domain === domain).map(trialOf),
    });
  }
  return tasks;
}

export function describeImages(images: readonly LabelledImage[]): Float32Array[] {
  const descriptor = BaseDescriptor.create();
  return images.map((image) => descriptor.describe(image));
}

/** What the platform would know after these tasks: an extractor and a ranker trained on them. */
export function learnFrom(tasks: readonly OpenTask[], runtime: KernelRuntime): ShippedExperience {
  const first: ExtractorVersion = initialExtractor(
    SEED,
    tasks.flatMap(({ base }) => base),
  );
  const { extractor, ranker } = trainRanker({
    seed: SEED,
    extractor: first,
    runtime,
    tasks: tasks.map((task) => ({
      id: task.id,
      collection: task.collection,
      description: describeOpenTask(first, task),
      base: [...task.base],
      trials: [...task.trials],
    })),
  });
  return { tasks, extractor, ranker };
}

function trialOf(row: TrialRow): OpenTask['trials'][number] {
  return {
    configuration: row.configuration,
    score: row.ap50,
    seconds: row.seconds,
    steps: row.steps,
    backend: row.backend,
  };
}
