import { type Alignment, type ExtractorVersion, extract, fitAlignment, LEAST_IMAGES } from '@edgelore/descriptors';
import { AppError, uuid7 } from '@edgelore/platform';
import type { EntityManager } from 'typeorm';
import { contentHash } from '../canonical-json.js';
import { describeOpenTask } from '../experience/shipped-experience.js';
import { descriptionColumns, TaskEntity } from '../tasks/task.entity.js';
import { ModelVersionEntity } from './model-version.entity.js';

/**
 * Makes an earlier version's models current again, as a new version on top of the current one. The lineage so stays a line: descriptions by the extractor
 * that is left are carried to the one that comes back, as they are at every other change of it.
 */
export async function restoreVersion(
  manager: EntityManager,
  current: ModelVersionEntity,
  source: ModelVersionEntity,
): Promise<ModelVersionEntity> {
  const { extractor, ranker } = source.artefact;
  const alignment =
    extractor.hash === current.artefact.extractor.hash
      ? null
      : await describeOpenTasks(manager, current.artefact.extractor, extractor);
  const artefact = { extractor, ranker, alignment };
  const restores = source.training.restores ?? source.number;
  const last = await manager.maximum(ModelVersionEntity, 'number');
  const now = new Date();
  const version: ModelVersionEntity = {
    id: uuid7(),
    kind: 'bundle',
    number: (last ?? 0) + 1,
    state: 'current',
    extractorVersion: extractor.version,
    extractorHash: extractor.hash,
    artefact,
    artefactHash: contentHash(artefact),
    training: { ...source.training, parent: current.number, restores },
    verdict: 'promote',
    reason: `An operator brought the models of version ${restores} back.`,
    evaluation: source.evaluation,
    pinnedAt: null,
    createdAt: now,
    decidedAt: now,
  };
  await manager.update(ModelVersionEntity, { id: current.id }, { state: 'retired' });
  await manager.insert(ModelVersionEntity, version);
  return version;
}

/** Describes open tasks by the other extractor, and learns from their images how to carry everybody else's description there. */
async function describeOpenTasks(
  manager: EntityManager,
  from: ExtractorVersion,
  to: ExtractorVersion,
): Promise<Alignment> {
  const rows = await manager
    .createQueryBuilder(TaskEntity, 'task')
    .addSelect('task.baseRows')
    .where('task.baseRows IS NOT NULL')
    .orderBy('task.id')
    .getMany();
  const tasks = rows.flatMap(({ id, clientKey, baseRows }) => {
    const base = (baseRows ?? []).map((image) => Float32Array.from(image));
    return base.length >= LEAST_IMAGES ? [{ id, clientKey, base }] : [];
  });
  const images = tasks.flatMap(({ base }) => base);
  if (images.length === 0) {
    throw new AppError(
      'CONFLICT',
      'That version has another extractor, and there are no open tasks whose images could show the way back to it.',
      { field: 'number' },
    );
  }
  for (const { id, clientKey, base } of tasks) {
    await manager.update(TaskEntity, { id }, descriptionColumns(describeOpenTask(to, { id: clientKey, base })));
  }
  const seenBy = (extractor: ExtractorVersion) => images.map((image) => extract(extractor, image));
  return fitAlignment(seenBy(from), seenBy(to), { from, to });
}
