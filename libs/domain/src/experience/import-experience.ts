import { uuid7 } from '@edgelore/platform';
import { configurationId, costOf } from '@edgelore/search-space';
import type { EntityManager } from 'typeorm';
import { contentHash } from '../canonical-json.js';
import { evidenceMetrics } from '../model-versions/model-quality.js';
import { ModelVersionEntity } from '../model-versions/model-version.entity.js';
import { insertOrganisation } from '../organisations/organisations.service.js';
import { descriptionColumns, TaskEntity } from '../tasks/task.entity.js';
import { CountedTrialEntity } from '../training/counted-trial.entity.js';
import { TrialEntity } from '../trials/trial.entity.js';
import { describeOpenTask, type OpenTask, type ShippedExperience } from './shipped-experience.js';

const OPEN_ORGANISATION = 'edgelore';

/** Makes open tasks and model version 1 of what ships with Edgelore. */
export async function importExperience(manager: EntityManager, shipped: ShippedExperience): Promise<void> {
  const organisation = await insertOrganisation(manager, { name: OPEN_ORGANISATION, open: true });
  const version = firstVersion(shipped);
  await manager.insert(ModelVersionEntity, version);
  for (const task of shipped.tasks) {
    const row = taskRow(organisation.id, shipped, task);
    await manager.insert(TaskEntity, row);
    const trials = trialRows(row, task);
    if (trials.length === 0) continue;
    await manager.insert(TrialEntity, trials);
    await manager.insert(
      CountedTrialEntity,
      trials.map((trial) => ({ trialId: trial.id, modelVersionId: version.id })),
    );
  }
}

function firstVersion({ tasks, extractor, ranker }: ShippedExperience): ModelVersionEntity {
  const artefact = { extractor, ranker, alignment: null };
  const now = new Date();
  return {
    id: uuid7(),
    kind: 'bundle',
    number: 1,
    state: 'current',
    extractorVersion: extractor.version,
    extractorHash: extractor.hash,
    artefact,
    artefactHash: contentHash(artefact),
    training: {
      parent: null,
      dataHash: ranker?.training.dataHash ?? contentHash([]),
      scorer: ranker?.scorer ?? null,
      loss: ranker?.loss ?? null,
      seed: ranker?.training.seed ?? null,
      taskCount: tasks.length,
      trialCount: tasks.reduce((total, task) => total + task.trials.length, 0),
      seconds: 0,
    },
    verdict: 'promote',
    reason: 'Shipped with Edgelore.',
    evaluation: ranker === null ? null : { metrics: evidenceMetrics(ranker.evidence), folds: [] },
    pinnedAt: null,
    createdAt: now,
    decidedAt: now,
  };
}

function taskRow(organisationId: string, { extractor }: ShippedExperience, task: OpenTask): TaskEntity {
  return {
    id: uuid7(),
    organisationId,
    open: true,
    clientKey: task.id,
    name: task.name,
    goal: 'face-detection',
    ...descriptionColumns(describeOpenTask(extractor, task)),
    faces: task.faces,
    noise: null,
    baseRows: task.base.map((image) => Array.from(image)),
    createdAt: new Date(),
  };
}

function trialRows(row: TaskEntity, task: OpenTask): TrialEntity[] {
  return task.trials.map(({ configuration, score, seconds, steps, backend }, at) => ({
    id: uuid7(),
    organisationId: row.organisationId,
    taskId: row.id,
    recommendationId: null,
    reportId: `${task.id}/${at}`,
    configurationId: configurationId(configuration),
    configuration,
    state: 'completed',
    score,
    cost: { ...costOf(configuration), ...(steps === null ? {} : { steps }) },
    seconds,
    curve: [],
    backend,
    createdAt: new Date(),
  }));
}
