import { randomBytes } from 'node:crypto';
import { type Description, parseExtractor } from '@edgelore/descriptors';
import { balanceOf, descriptionNoise, type Guarantee, protectDescription, secureNormal } from '@edgelore/privacy';
import type { Dataset } from '../dataset/dataset.js';
import { describeDataset } from '../describe/describe-dataset.js';
import type { PlatformClient } from '../platform/platform-client.js';
import { withoutPrivacyErrors } from '../privacy/privacy-failure.js';
import type { CycleProgress } from './cycle-progress.js';
import type { TaskFolder } from './task-folder.js';

export interface DescribeOnceOptions {
  readonly dataset: Dataset;
  readonly client: PlatformClient;
  readonly progress: CycleProgress;
  readonly signal?: AbortSignal;
  /** What the description is to keep; as it was made before, or without noise, when left out. */
  readonly guarantee?: Guarantee | undefined;
}

/**
 * What may leave of a dataset: the description that was made before, or a new one by the platform's current extractor; the next command sends this very
 * one. Noise is drawn once, after its cost was written to the privacy ledger.
 *
 * @throws ClientError PRIVACY_SPENT when the ledger refuses, INVALID_GUARANTEE.
 */
export async function describeOnce(options: DescribeOnceOptions, task: TaskFolder): Promise<Description> {
  const { dataset, client, progress, signal, guarantee } = options;
  const made = task.description;
  if (made !== undefined) {
    const { protection } = task;
    const isAsked = protection?.epsilon === guarantee?.epsilon && protection?.delta === guarantee?.delta;
    if (guarantee === undefined || isAsked) return made;
    // The platform takes a task's description once, so one with other noise is another task.
    await task.forget();
  }
  const model = await client.currentModel();
  const bar = progress.progress('describe', 'images');
  const described = await describeDataset(dataset, {
    extractor: parseExtractor(model.extractor),
    openJournal: task.openJournal,
    onProgress: (done, total) => bar.update(done, total),
    ...(signal && { signal }),
  });
  bar.end(`${described.faces} faces`);
  for (const { message, examples } of described.problems) progress.line(`${message}, such as ${examples[0]}`);
  if (guarantee === undefined) {
    await task.remember(described.description);
    return described.description;
  }
  const { mu, sigma } = withoutPrivacyErrors(dataset.root, () => descriptionNoise(described.description, guarantee));
  const { unprotected } = balanceOf((await task.charge('description', mu)).ledger);
  if (unprotected > 0)
    progress.line('pictures of this dataset left without noise before: noise protects only those that did not');
  const protectedOne = protectDescription(described.description, sigma, secureNormal(randomBytes));
  await task.remember(protectedOne, { ...guarantee, sigma });
  return protectedOne;
}
