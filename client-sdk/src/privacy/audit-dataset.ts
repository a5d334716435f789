import { extract, LEAST_IMAGES, parseExtractor } from '@edgelore/descriptors';
import { type AttackedPicture, type AuditReport, audit, type Guarantee } from '@edgelore/privacy';
import { seededRandom } from '@edgelore/tensor';
import type { DescribeOnceOptions } from '../cycle/describe-once.js';
import { BadImages } from '../dataset/bad-images.js';
import { ProblemLog } from '../dataset/problems.js';
import { baseDescriptors, type Journal } from '../describe/base-descriptors.js';
import { tooFew } from '../describe/describe-dataset.js';
import { withoutPrivacyErrors } from './privacy-failure.js';

export interface AuditDatasetOptions extends Omit<DescribeOnceOptions, 'guarantee'> {
  /** Opens what keeps the base descriptors of the images. */
  readonly openJournal: () => Promise<Journal>;
  /** None: the description as it leaves without noise. */
  readonly guarantee: Guarantee | undefined;
  readonly trials: number;
  readonly seed: number;
}

/**
 * Attacks on the description of a dataset, before it leaves. Nothing is sent, and nothing is spent.
 * @throws ClientError INVALID_GUARANTEE, AUDIT_IMPOSSIBLE, TOO_FEW_IMAGES, TOO_MANY_BAD_IMAGES, INTERRUPTED.
 */
export async function auditDataset(options: AuditDatasetOptions): Promise<AuditReport> {
  const { dataset, client, progress, guarantee = null, trials, seed, openJournal, signal } = options;
  const extractor = parseExtractor((await client.currentModel()).extractor);
  const bar = progress.progress('describe', 'images');
  const pictures: AttackedPicture[] = [];
  const bad = new BadImages(dataset.items.length, new ProblemLog());
  const described = baseDescriptors(dataset, {
    bad,
    openJournal,
    onProgress: (done, total) => bar.update(done, total),
    ...(signal && { signal }),
  });
  for await (const { base } of described) pictures.push({ base, vector: extract(extractor, base) });
  bar.end(`${pictures.length} images`);
  if (pictures.length < LEAST_IMAGES) throw tooFew(dataset.root, pictures.length);
  return withoutPrivacyErrors(dataset.root, () =>
    audit({ extractor, pictures, guarantee, trials, random: seededRandom(seed) }),
  );
}
